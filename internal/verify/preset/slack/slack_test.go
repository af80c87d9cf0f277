package slack_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/slack"
	"hookline.dev/hookline/internal/verify/verifytest"
)

const (
	header = "X-Slack-Signature"
	stamp  = "X-Slack-Request-Timestamp"
)

func TestVectors(t *testing.T) { verifytest.Run(t, slack.New(), verifytest.Vectors(t, "slack")) }

func TestLaw(t *testing.T) { verifytest.Law(t, slack.New()) }

func TestChangedCallsAreRefused(t *testing.T) {
	v, good := verifytest.Signed(t, slack.New(), verify.Config{Secrets: []string{"s"}}, "a=1", nil)
	right := good.Header.Get(header)
	verifytest.Reject(t, v, good, []verifytest.Change{
		verifytest.When("tampered body", verifytest.Body("a=2"), verify.Mismatch),
		verifytest.When("newline behind the body", verifytest.Body("a=1\n"), verify.Mismatch),
		verifytest.When("body and time shifted", func(c *verify.Call) { c.Header.Set(stamp, "170000000"); c.Body = []byte("0:a=1") }, verify.Mismatch),
		verifytest.When("the prefix of another version", verifytest.Set(header, "v1="+right[3:]), verify.Malformed),
		verifytest.When("two times", verifytest.Set(stamp, "1700000000", "1700000000"), verify.Malformed),
		verifytest.When("no time", verifytest.Set(stamp), verify.NoTimestamp),
		verifytest.When("two signatures", verifytest.Set(header, right, right), verify.Malformed),
		verifytest.When("no signature", verifytest.Set(header), verify.Missing),
	})
}

func TestChallengeIsAnsweredAsText(t *testing.T) {
	h := slack.New().(verify.Handshaker)
	for body, want := range map[string]string{
		`{"type":"url_verification","challenge":"abc"}`:                       "abc",
		`{"type":"url_verification","challenge":"<script>"}`:                  "<script>",
		`{"type":"event_callback","text":"url_verification"}`:                 "-",
		`{"type":"url_verification","challenge":7}`:                           "-",
		`{"type":"url_verification"`:                                          "-",
		`type=url_verification`:                                               "-",
		`{"type":"url_verification","x":"` + strings.Repeat("x", 5000) + `"}`: "-",
	} {
		reply := h.Handshake(verify.Call{Body: []byte(body)})
		if reply == nil {
			if want != "-" {
				t.Errorf("%s: no handshake, want %q", body, want)
			}
			continue
		}
		if string(reply.Body) != want {
			t.Errorf("%s: answered %q, want %q", body, reply.Body, want)
		}
		lines := map[string]string{}
		for _, l := range reply.Headers {
			lines[l.Name] = l.Value
		}
		if !strings.HasPrefix(lines["Content-Type"], "text/plain") || lines["X-Content-Type-Options"] != "nosniff" {
			t.Errorf("%s: headers %v", body, lines)
		}
	}
}
