package preset_test

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

func TestStripeRefusesChangedCalls(t *testing.T) {
	const header = "Stripe-Signature"
	v, good := verifytest.Signed(t, find(t, "stripe"), verify.Config{Secrets: []string{"whsec_abc"}}, `{"id":"evt_1"}`, nil)
	right := good.Header.Get(header)
	timestamp, v1, _ := strings.Cut(right, ",")
	verifytest.Reject(t, v, good, []verifytest.Change{
		verifytest.When("tampered body", verifytest.Body(`{"id":"evt_2"}`), verify.Mismatch),
		verifytest.When("newline behind the body", verifytest.Body("{\"id\":\"evt_1\"}\n"), verify.Mismatch),
		verifytest.When("another time", verifytest.Set(header, "t=1700000001,"+v1), verify.Mismatch),
		verifytest.When("the same time, written otherwise", verifytest.Set(header, "t=01700000000,"+v1), verify.Mismatch),
		verifytest.When("two times", verifytest.Set(header, "t=1700000000,"+right), verify.Malformed),
		verifytest.When("a time that is none", verifytest.Set(header, "t=+1700000000,"+v1), verify.Malformed),
		verifytest.When("a time of 30 digits", verifytest.Set(header, "t="+strings.Repeat("1", 30)+","+v1), verify.Malformed),
		verifytest.When("no time", verifytest.Set(header, v1), verify.NoTimestamp),
		verifytest.When("no signature", verifytest.Set(header, timestamp), verify.Malformed),
		verifytest.When("the signature as v0", verifytest.Set(header, timestamp+","+strings.Replace(v1, "v1=", "v0=", 1)), verify.Malformed),
		verifytest.When("21 signatures", verifytest.Set(header, timestamp+strings.Repeat(",v1=00", 20)+","+v1), verify.Malformed),
		verifytest.When("two lines", verifytest.Set(header, right, right), verify.Malformed),
		verifytest.When("a signature that is no hex", verifytest.Set(header, timestamp+",v1=zz"), verify.Malformed),
		verifytest.When("at the old edge", verifytest.Later(300*time.Second), verify.OK),
		verifytest.When("behind the old edge", verifytest.Later(301*time.Second), verify.Stale),
		verifytest.When("at the new edge", verifytest.Later(-300*time.Second), verify.OK),
		verifytest.When("behind the new edge", verifytest.Later(-301*time.Second), verify.Future),
		verifytest.When("late and tampered", func(c *verify.Call) { c.At = c.At.Add(time.Hour); c.Body = []byte("x") }, verify.Mismatch),
		verifytest.When("20 signatures, the last right", verifytest.Set(header, timestamp+strings.Repeat(",v1=00", 19)+","+v1), verify.OK),
		verifytest.When("blanks and unknown entries", verifytest.Set(header, " "+timestamp+" , v2=zz,junk,, "+v1+" "), verify.OK),
	})
}

func TestToleranceIsTheWorkflows(t *testing.T) {
	v, call := verifytest.Signed(t, find(t, "stripe"), verify.Config{Secrets: []string{"s"}, Tolerance: time.Minute}, "x", nil)
	verifytest.Reject(t, v, call, []verifytest.Change{
		verifytest.When("at the edge", verifytest.Later(time.Minute), verify.OK),
		verifytest.When("a part of a second later", verifytest.Later(time.Minute+999*time.Millisecond), verify.OK),
		verifytest.When("behind it", verifytest.Later(61*time.Second), verify.Stale),
	})
}
