package ingress

import (
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/vectors"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// notDeduplicated are the presets whose calls have no key by default, with the reason.
func notDeduplicated() map[string]string {
	return map[string]string{
		"dropbox":       "a notification says which accounts have changes, so two of them are equal",
		"hubspot-v2":    "a request for a card is equal to an earlier one for the same card",
		"woocommerce":   "an action may have the same body each time",
		"generic-hmac":  "the operator knows what tells two calls apart, and writes dedupe.key",
		"generic-token": "nothing is signed",
		"gitlab-token":  "nothing is signed; the header Idempotency-Key is the key, as without a preset",
		"telegram":      "nothing is signed; the key is in the body",
	}
}

// TestACapturedCallNeverRunsTwice sends calls of each provider again with changes in parts that are not signed. Each must
// be refused, or have the key of the original. The exceptions are those that a preset's description admits: a key in a
// header that is not signed, and providers whose calls have no key.
func TestACapturedCallNeverRunsTwice(t *testing.T) {
	exempt := notDeduplicated()
	for _, p := range preset.Set().All() {
		info := p.Info()
		t.Run(info.Name, func(t *testing.T) {
			tried := 0
			for _, v := range verifytest.Vectors(t, info.Name) {
				if v.Expect != "accept" || v.Method != http.MethodPost {
					continue
				}
				s := capture(t, p, v)
				claim, key := s.send(t, s.call.Header, s.call.Query)
				switch {
				case key == "" && exempt[info.Name] == "" && s.status == http.StatusOK && s.runs:
					t.Errorf("%s: the call has no key", v.Case)
				case key == "":
					continue
				}
				tried++
				s.otherTypes(t, v.Case, claim)
				if exempt[info.Name] == "" {
					s.otherHeaders(t, info, v.Case, claim)
				}
			}
			if tried == 0 && exempt[info.Name] == "" {
				t.Error("no call was tried")
			}
		})
	}
}

// captured is a call of a provider, and a server that accepts it.
type captured struct {
	*harness
	call   verify.Call
	status int
	runs   bool
}

// capture builds a server with a workflow that accepts the call of a vector.
func capture(t *testing.T, p verify.Preset, v vectors.Vector) *captured {
	t.Helper()
	config, call := v.Config(p.Info()), v.Call()
	secrets := map[string]string{}
	gate := &flow.Signature{Preset: p.Info().Name, URL: call.URL}
	for i, s := range config.Secrets {
		name := "S" + string(rune('A'+i))
		secrets[name] = s
		gate.Secrets = append(gate.Secrets, "{{$env."+name+"}}")
	}
	var keys value.ObjectBuilder
	for name, text := range config.Keys {
		keys.Set(name, value.String(text))
	}
	gate.Keys = keys.Value()
	route, err := Compile(workflow("a", func(tr *flow.Trigger) { tr.Auth.Signature = gate }), Resources{
		Env:     func(name string) (string, bool) { s, ok := secrets[name]; return s, ok },
		Presets: preset.Set(),
	})
	if err != nil {
		t.Fatal(err)
	}
	h := build(t, func(o *Options) { o.Clock = clock.NewManual(call.At) })
	if err := h.SetRoutes([]*Route{route}); err != nil {
		t.Fatal(err)
	}
	return &captured{harness: h, call: call}
}

// send sends the call with other headers and another query. It returns the key that the call claims, and how it is
// recorded.
func (s *captured) send(t *testing.T, header http.Header, query string) (claim [sha256.Size]byte, key string) {
	t.Helper()
	s.door.accepted = nil
	target := "/api/webhooks/a"
	if query != "" {
		target += "?" + query
	}
	r := request(s.call.Method, target, string(s.call.Body))
	r.Header = header
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if s.status, s.runs = w.Code, len(s.door.accepted) > 0; !s.runs {
		return claim, ""
	}
	a := s.door.accepted[0]
	if a.Dedupe == nil {
		return claim, ""
	}
	return a.Dedupe.Key, a.Delivery.DedupeKey
}

// again sends the call with a change, and fails if it runs under another key.
func (s *captured) again(t *testing.T, name, what string, claim [sha256.Size]byte, header http.Header, query string) {
	t.Helper()
	if other, key := s.send(t, header, query); s.runs && other != claim {
		t.Errorf("%s: %s: it runs again, with the key %q", name, what, key)
	}
}

// with returns the headers of the call with other lines of one; without lines, the header is left out.
func (s *captured) with(name string, lines ...string) http.Header {
	h := s.call.Header.Clone()
	if h[http.CanonicalHeaderKey(name)] = lines; lines == nil {
		h.Del(name)
	}
	return h
}

// otherTypes sends the call with other types of its body.
func (s *captured) otherTypes(t *testing.T, name string, claim [sha256.Size]byte) {
	t.Helper()
	for _, kind := range []string{
		"text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data; boundary=x", "application/json",
		"application/json; charset=utf-16", "application/json; charset=ibm037", "application/cloudevents+json", "application/octet-stream", "",
	} {
		s.again(t, name, "Content-Type: "+kind, claim, s.with("Content-Type", kind), s.call.Query)
	}
	s.again(t, name, "no Content-Type", claim, s.with("Content-Type"), s.call.Query)
}

// otherHeaders changes every other part of the call that is not signed.
func (s *captured) otherHeaders(t *testing.T, info verify.Info, name string, claim [sha256.Size]byte) {
	t.Helper()
	check := func(what string, header http.Header, query string) {
		t.Helper()
		s.again(t, name, what, claim, header, query)
	}
	with := s.with
	check("a Content-Encoding", with("Content-Encoding", "identity"), s.call.Query)
	check("an Idempotency-Key", with("Idempotency-Key", "another"), s.call.Query)
	check("a CloudEvents header", with("Ce-Id", "another"), s.call.Query)
	check("a query", s.call.Header, strings.TrimPrefix(s.call.Query+"&id=another", "&"))
	for header := range s.call.Header {
		if id := "headers." + strings.ToLower(header); info.DedupeUnsigned && strings.Contains(info.DedupeKey, id) {
			s.unsignedKey(t, name, header)
			continue
		}
		check("without "+header, with(header), s.call.Query)
		check("another "+header, with(header, "another"), s.call.Query)
		check(header+" twice", with(header, slices.Repeat(s.call.Header[header], 2)...), s.call.Query)
	}
}

// unsignedKey checks what a preset admits, that its key can be changed, and that a call without it still has a key.
func (s *captured) unsignedKey(t *testing.T, name, header string) {
	t.Helper()
	h := s.call.Header.Clone()
	h.Set(header, "another")
	if _, key := s.send(t, h, s.call.Query); key != "another" {
		t.Errorf("%s: with another %s the key is %q", name, header, key)
	}
	h.Del(header)
	first, key := s.send(t, h, s.call.Query)
	h.Set("Content-Type", "text/plain")
	if second, _ := s.send(t, h, s.call.Query); !strings.HasPrefix(key, "sha256:") || s.runs && first != second {
		t.Errorf("%s: without %s the key is %q", name, header, key)
	}
}

// TestKeysOfTwoKindsAreDifferent checks that somebody who may choose an Idempotency-Key cannot use up the key of a
// provider's event, nor one alternative that of another.
func TestKeysOfTwoKindsAreDifferent(t *testing.T) {
	signed := func(variable string) flow.Gates {
		return flow.Gates{Signature: &flow.Signature{Preset: "github", Secrets: []string{"{{$env." + variable + "}}"}}}
	}
	route, err := Compile(workflow("a", func(tr *flow.Trigger) {
		tr.Auth.Any = []flow.Gates{signed("OLD"), signed("NEW"), {Basic: &flow.BasicAuth{Username: "octo", Password: "{{$env.PASSWORD}}"}}}
	}), Resources{Env: env, Presets: preset.Set()})
	if err != nil {
		t.Fatal(err)
	}
	h := build(t, nil)
	if err := h.SetRoutes([]*Route{route}); err != nil {
		t.Fatal(err)
	}
	claims := map[[sha256.Size]byte]bool{}
	claim := func(headers ...string) {
		h.door.accepted = nil
		if resp := h.serve(request("POST", "/api/webhooks/a", `{}`, append(headers, "Content-Type: application/json")...)); resp.status != 200 {
			t.Fatalf("%d: %s", resp.status, resp.text)
		}
		d := h.door.accepted[0]
		if d.Delivery.DedupeKey != "k" {
			t.Errorf("recorded as %q", d.Delivery.DedupeKey)
		}
		claims[d.Dedupe.Key] = true
	}
	for _, secret := range []string{oldSecret, newSecret} {
		_, call := verifytest.Signed(t, preset.Set().Find("github"), verify.Config{Secrets: []string{secret}}, `{}`, nil)
		claim("X-Github-Delivery: k", "X-Hub-Signature-256: "+call.Header.Get("X-Hub-Signature-256"))
	}
	claim(authorization("octo", password), "Idempotency-Key: k")
	if len(claims) != 3 {
		t.Errorf("%d different keys, want 3", len(claims))
	}
}
