package preset_test

import (
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

func TestSlackRefusesChangedCalls(t *testing.T) {
	const header, timestamp = "X-Slack-Signature", "X-Slack-Request-Timestamp"
	v, good := verifytest.Signed(t, find(t, "slack"), verify.Config{Secrets: []string{"s"}}, "a=1", nil)
	right := good.Header.Get(header)
	verifytest.Reject(t, v, good, []verifytest.Change{
		verifytest.When("tampered body", verifytest.Body("a=2"), verify.Mismatch),
		verifytest.When("newline behind the body", verifytest.Body("a=1\n"), verify.Mismatch),
		verifytest.When("body and time shifted", func(c *verify.Call) { c.Header.Set(timestamp, "170000000"); c.Body = []byte("0:a=1") }, verify.Mismatch),
		verifytest.When("the prefix of another version", verifytest.Set(header, "v1="+right[3:]), verify.Malformed),
		verifytest.When("two times", verifytest.Set(timestamp, "1700000000", "1700000000"), verify.Malformed),
		verifytest.When("no time", verifytest.Set(timestamp), verify.NoTimestamp),
		verifytest.When("two signatures", verifytest.Set(header, right, right), verify.Malformed),
		verifytest.When("no signature", verifytest.Set(header), verify.Missing),
	})
}
