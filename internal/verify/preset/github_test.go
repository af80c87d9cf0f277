package preset_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

func TestGitHubRefusesChangedCalls(t *testing.T) {
	const header = "X-Hub-Signature-256"
	v, good := verifytest.Signed(t, find(t, "github"), verify.Config{Secrets: []string{"s"}}, `{"a":1}`, nil)
	right := good.Header.Get(header)
	digest := strings.TrimPrefix(right, "sha256=")
	verifytest.Reject(t, v, good, []verifytest.Change{
		verifytest.When("tampered body", verifytest.Body(`{"a":2}`), verify.Mismatch),
		verifytest.When("newline behind the body", verifytest.Body("{\"a\":1}\n"), verify.Mismatch),
		verifytest.When("no body", verifytest.Body(""), verify.Mismatch),
		verifytest.When("another byte", verifytest.Set(header, right[:len(right)-1]+"x"), verify.Malformed),
		verifytest.When("another digest", verifytest.Set(header, "sha256="+strings.Repeat("0", 64)), verify.Mismatch),
		verifytest.When("half a digest", verifytest.Set(header, right[:len(right)-32]), verify.Mismatch),
		verifytest.When("no digest", verifytest.Set(header, "sha256="), verify.Mismatch),
		verifytest.When("no prefix", verifytest.Set(header, digest), verify.Malformed),
		verifytest.When("the prefix of another algorithm", verifytest.Set(header, "sha1="+digest), verify.Malformed),
		verifytest.When("a prefix in upper case", verifytest.Set(header, "SHA256="+digest), verify.Malformed),
		verifytest.When("a newline behind the digest", verifytest.Set(header, right+"\n"), verify.Malformed),
		verifytest.When("a blank before the digest", verifytest.Set(header, "sha256= "+digest), verify.Malformed),
		verifytest.When("an SHA-1 in the old header only", func(c *verify.Call) {
			c.Header.Del(header)
			c.Header.Set("X-Hub-Signature", "sha1="+digest[:40])
		}, verify.Missing),
		verifytest.When("two lines, both right", verifytest.Set(header, right, right), verify.Malformed),
		verifytest.When("two lines, the second right", verifytest.Set(header, "sha256=00", right), verify.Malformed),
		verifytest.When("two in one line", verifytest.Set(header, right+", "+right), verify.Malformed),
		verifytest.When("an empty header", verifytest.Set(header, ""), verify.Missing),
		verifytest.When("a very long header", verifytest.Set(header, "sha256="+strings.Repeat("ab", 5000)), verify.Malformed),
		verifytest.When("upper case is hex, too", verifytest.Set(header, "sha256="+strings.ToUpper(digest)), verify.OK),
	})
}

func TestSecretsRotate(t *testing.T) {
	_, call := verifytest.Signed(t, find(t, "github"), verify.Config{Secrets: []string{"old"}}, "x", nil)
	v, _ := find(t, "github").Compile(verify.Config{Secrets: []string{"new", "old"}})
	if got := v.Verify(t.Context(), call); !got.OK() || got.Secret != 1 {
		t.Errorf("got %+v, want the second secret to fit", got)
	}
}
