package verifytest

import (
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/vectors"
)

// Run tests a preset with vectors. It also changes the calls that must be accepted, in ways that the preset
// must detect.
func Run(t *testing.T, p verify.Preset, list []vectors.Vector) {
	t.Helper()
	if len(list) == 0 {
		t.Fatalf("there is no vector for %s", p.Info().Name)
	}
	for _, v := range list {
		t.Run(v.Case, func(t *testing.T) {
			if err := vectors.Check(t.Context(), p, v); err != nil {
				t.Fatal(err)
			}
			verifier, _ := p.Compile(v.Config(p.Info()))
			call := v.Call()
			if h, ok := verify.FindHandshake(verifier, call); v.Expect == "accept" && (!ok || !h.Unsigned) {
				rejectsTampering(t, verifier, p.Info(), call)
			}
		})
	}
}

// rejectsTampering changes an accepted call and expects a rejection: any byte of the body, if the body is
// signed, and a second line of any header that the preset relies on.
func rejectsTampering(t *testing.T, verifier verify.Verifier, info verify.Info, call verify.Call) {
	t.Helper()
	accepts := func(call verify.Call) bool { return verifier.Verify(t.Context(), call).OK() }
	if !info.BodyUnsigned {
		for _, body := range []string{string(call.Body) + "\n", string(call.Body) + " ", "x" + string(call.Body)} {
			changed := call
			changed.Body = []byte(body)
			if accepts(changed) {
				t.Errorf("the call is accepted with the body %.40q", body)
			}
		}
	}
	for _, name := range info.Headers {
		values := call.Header[name]
		if len(values) != 1 {
			continue
		}
		changed := call
		changed.Header = call.Header.Clone()
		if changed.Header.Del(name); accepts(changed) {
			continue // the verdict does not rely on the header that only names the delivery
		}
		changed.Header[name] = []string{values[0], values[0]}
		if accepts(changed) {
			t.Errorf("the call is accepted with two lines of %s", name)
		}
	}
}
