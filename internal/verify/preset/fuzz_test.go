package preset_test

import (
	"net/http"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// FuzzPresets lets each preset judge, explain and answer a call: nothing panics, and a change of a good
// call's body or signature is noticed.
func FuzzPresets(f *testing.F) {
	keys := map[string]string{"header": "X-Sig"}
	type signed struct {
		verifier verify.Verifier
		preset   verify.Preset
		call     verify.Call
	}
	const body = `{"type":"url_verification","challenge":"c","id":"e"}`
	var list []signed
	for _, p := range preset.Set().All() {
		c := verify.Config{Secrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}
		if len(p.Info().Keys) > 1 {
			c.Keys = keys
		}
		v, call := verifytest.Signed(f, p, c, body, nil)
		list = append(list, signed{v, p, call})
	}
	for n := range list {
		f.Add(uint8(n), body, "", "")
		f.Add(uint8(n), body+" ", "X-Sig", "t=1,v1=ab")
	}
	f.Fuzz(func(t *testing.T, n uint8, body, name, value string) {
		s := list[int(n)%len(list)]
		call := s.call
		call.Header = s.call.Header.Clone()
		call.Body = []byte(body)
		call.At = call.At.Add(time.Second)
		if name != "" {
			call.Header.Set(name, value)
		}
		verdict := s.verifier.Verify(call)
		if verdict.OK() && body != string(s.call.Body) && !s.preset.Info().BodyUnsigned {
			t.Fatalf("%s accepts the body %q", s.preset.Info().Name, body)
		}
		if explained := s.verifier.(verify.Explainer).Explain(call, nil); verdict.OK() && explained != nil {
			t.Fatalf("it is right, and explained by %v", explained)
		}
		if h, ok := s.preset.(verify.Handshaker); ok {
			if reply := h.Handshake(call); reply != nil && reply.Status != http.StatusOK {
				t.Fatalf("answered %d", reply.Status)
			}
		}
	})
}
