package standardwebhooks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
	"hookline.dev/hookline/internal/verify/verifytest"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	header = "Webhook-Signature"
)

func TestVectors(t *testing.T) {
	for _, name := range []string{"standard-webhooks", "standard-webhooks-ed25519", "svix"} {
		verifytest.Run(t, standardwebhooks.New(), verifytest.Vectors(t, name))
	}
}

func TestInvariants(t *testing.T) { verifytest.Invariants(t, standardwebhooks.New()) }

func TestChangedCallsAreRefused(t *testing.T) {
	v, good := verifytest.Signed(t, standardwebhooks.New(), verify.Config{Secrets: []string{secret}}, `{"type":"a"}`, nil)
	right := good.Header.Get(header)
	svix := func(c *verify.Call) {
		for _, name := range []string{"Id", "Timestamp", "Signature"} {
			c.Header.Set("Svix-"+name, c.Header.Get("Webhook-"+name))
			c.Header.Del("Webhook-" + name)
		}
	}
	verifytest.Reject(t, v, good, []verifytest.Change{
		verifytest.When("tampered body", verifytest.Body(`{"type":"b"}`), verify.Mismatch),
		verifytest.When("newline behind the body", verifytest.Body("{\"type\":\"a\"}\n"), verify.Mismatch),
		verifytest.When("another id", verifytest.Set("Webhook-Id", "d2"), verify.Mismatch),
		verifytest.When("two ids", verifytest.Set("Webhook-Id", "d1", "d2"), verify.Malformed),
		verifytest.When("no id", verifytest.Set("Webhook-Id"), verify.NoID),
		verifytest.When("id and time shifted", func(c *verify.Call) {
			c.Header.Set("Webhook-Id", "d1.1700000000")
			c.Header.Set("Webhook-Timestamp", "1700000000")
		}, verify.Malformed),
		verifytest.When("the other family's names", svix, verify.OK),
		verifytest.When("an unsigned id of the first family beside the second", func(c *verify.Call) {
			svix(c)
			c.Header.Set("Webhook-Id", "d2")
		}, verify.Missing),
		verifytest.When("an HMAC as v1a", verifytest.Set(header, "v1a,"+right[3:]), verify.Malformed),
		verifytest.When("separated by commas", verifytest.Set(header, right+","+right), verify.Malformed),
		verifytest.When("a right one among others", verifytest.Set(header, "v2,xx v1,AAAA "+right), verify.OK),
		verifytest.When("base64 with bits left over", verifytest.Set(header, right[:len(right)-2]+"B="), verify.Malformed),
		verifytest.When("base64 of URLs", verifytest.Set(header, "v1,"+strings.Repeat("_", 43)+"="), verify.Malformed),
		verifytest.When("at the old edge", verifytest.Later(300*time.Second), verify.OK),
		verifytest.When("behind it", verifytest.Later(301*time.Second), verify.Stale),
		verifytest.When("behind the new edge", verifytest.Later(-301*time.Second), verify.Future),
	})
}

func TestKeys(t *testing.T) {
	p := standardwebhooks.New()
	good := firstVector(t, "standard-webhooks")
	public := firstVector(t, "standard-webhooks-ed25519").Key("public_key")
	both := verify.Config{Secrets: []string{*good.Secret}, Keys: map[string]string{"public_key": public}}
	for name, tt := range map[string]struct {
		config verify.Config
		path   string // of the problem; "" for none
		want   verify.Reason
	}{
		"both":                   {both, "", verify.OK},
		"neither":                {verify.Config{}, "secrets", verify.NoSecret},
		"only the public one":    {verify.Config{Keys: both.Keys}, "", verify.Malformed},
		"an empty one":           {verify.Config{Keys: map[string]string{"public_key": ""}}, "", verify.NoSecret},
		"an empty one of two":    {verify.Config{Secrets: []string{""}, Keys: both.Keys}, "", verify.NoSecret},
		"not set":                {verify.Config{Keys: both.Keys, Missing: "$env.KEY"}, "", verify.NoSecret},
		"a secret as public key": {verify.Config{Keys: map[string]string{"public_key": secret}}, "keys.public_key", verify.NoSecret},
		"not base64":             {verify.Config{Secrets: []string{"whsec_?"}}, "secrets[0]", verify.NoSecret},
		"unknown key":            {verify.Config{Secrets: []string{secret}, Keys: map[string]string{"publicKey": public}}, "keys.publicKey", verify.NoSecret},
	} {
		v, problems := p.Compile(tt.config)
		path := ""
		if len(problems) > 0 {
			path = problems[0].Path
		}
		if path != tt.path {
			t.Errorf("%s: problems %v, want one at %q", name, problems, tt.path)
		}
		if got := v.Verify(t.Context(), good.Call()); got.Reason != tt.want {
			t.Errorf("%s: got %+v, want %q", name, got, tt.want)
		}
	}
}

func TestRepeatsAreToldByTheSignedID(t *testing.T) {
	key := standardwebhooks.New().Info().DedupeKey
	for want, header := range map[string]http.Header{
		"a": {"Webhook-Id": {"a"}, "Svix-Id": {"b"}},
		"b": {"Svix-Id": {"b"}},
		"":  {},
	} {
		if got := verifytest.Render(t, key, verify.Call{Header: header}); got != want {
			t.Errorf("%v: %q, want %q", header, got, want)
		}
	}
}
