package preset_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// FuzzPresets checks, explains and answers calls with each preset: nothing may panic, and a changed body of a
// valid call must be noticed.
func FuzzPresets(f *testing.F) {
	type signed struct {
		verifier verify.Verifier
		info     verify.Info
		call     verify.Call
	}
	const body = `{"type":"url_verification","challenge":"c","id":"e","webhookTimestamp":1700000000000}`
	var list []signed
	for _, p := range preset.Set().All() {
		i := p.Info()
		if i.Secrets == 0 && i.Name != "standard-webhooks" || strings.Contains(i.Signs, "{json:") {
			continue // it cannot be signed here
		}
		c := verify.Config{Secrets: []string{verifytest.ExampleSecret}, Keys: verifytest.RequiredKeys(p)}
		v, call := verifytest.Signed(f, p, c, body, verifytest.Example(i).Header)
		list = append(list, signed{v, i, call})
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
		verdict := s.verifier.Verify(t.Context(), call)
		if verdict.OK() && body != string(s.call.Body) && !s.info.BodyUnsigned {
			t.Fatalf("%s accepts the body %q", s.info.Name, body)
		}
		if explained := s.verifier.(verify.Explainer).Explain(t.Context(), call, nil); verdict.OK() && explained != nil {
			t.Fatalf("it is right, and explained by %v", explained)
		}
		if h, ok := verify.FindHandshake(s.verifier, call); ok {
			if reply, verdict := h.Answer(t.Context(), call); verdict.OK() && reply.Status != http.StatusOK {
				t.Fatalf("answered %d", reply.Status)
			}
		}
	})
}
