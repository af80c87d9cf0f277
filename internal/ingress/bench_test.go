package ingress

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/verify"
)

// hole is a door that accepts everything and stores nothing.
type hole struct{}

func (hole) Accept(store.Accept) (store.Accepted, error) { return store.Accepted{}, nil }
func (hole) SaveDelivery(hook.Delivery) bool             { return true }
func (hole) SaveAnswer(hook.Delivery) bool               { return true }
func (hole) Backlog() int64                              { return 0 }

// quiet is an engine that does not record its calls.
type quiet struct{ *engine }

func (quiet) Submit(store.Accept, hook.Context, bool) (store.Accepted, error) {
	return store.Accepted{}, nil
}

// outlet is a response writer that discards the response.
type outlet struct {
	header http.Header
	status int
}

func (w *outlet) Header() http.Header         { return w.header }
func (w *outlet) Write(b []byte) (int, error) { return len(b), nil }
func (w *outlet) WriteHeader(status int)      { w.status = status }

// again is a body that can be read repeatedly.
type again struct {
	raw  []byte
	read int
}

func (a *again) Read(p []byte) (int, error) {
	n := copy(p, a.raw[a.read:])
	a.read += n
	if a.read == len(a.raw) {
		return n, io.EOF
	}
	return n, nil
}

func (a *again) Close() error { return nil }

// BenchmarkPush measures the front door's part of W0: a GitHub push with Basic auth, validated and accepted.
func BenchmarkPush(b *testing.B) { benchmarkPush(b, basic) }

// BenchmarkSignedPush is the same with GitHub's signature.
func BenchmarkSignedPush(b *testing.B) {
	benchmarkPush(b, func(t *flow.Trigger) {
		t.Auth.Signature = &flow.Signature{Preset: "octopus", Secrets: []string{"{{$env.NEW}}"}}
	})
}

// BenchmarkLimitedPush is the same with Basic auth and a rate limit.
func BenchmarkLimitedPush(b *testing.B) {
	benchmarkPush(b, basic, limit(1<<30, 1<<30, "{{$context.ip}}"))
}

func benchmarkPush(b *testing.B, gates ...func(*flow.Trigger)) {
	octopus := verify.Declare(verify.Info{Name: "octopus"}, verify.Scheme{
		Kind: "hmac", Alg: "sha256", Encoding: "hex", Signed: "{body}",
		Sig: verify.Signature{Header: "X-Hub-Signature-256", Prefix: "sha256="},
	})
	route, err := Compile(workflow("github-push", gates...), Resources{Env: env, Presets: verify.NewSet(octopus)})
	if err != nil {
		b.Fatal(err)
	}
	h := New(Options{Door: hole{}, Runner: quiet{}, Clock: clock.System(), IDs: ident.NewSource(clock.System(), 1)})
	if err := h.SetRoutes([]*Route{route}); err != nil {
		b.Fatal(err)
	}
	content := &again{raw: push(b)}
	r := httptest.NewRequest(http.MethodPost, "/api/webhooks/github-push", content)
	r.ContentLength = int64(len(content.raw))
	for name, line := range map[string]string{
		"Accept": "*/*", "Accept-Encoding": "gzip", "Content-Length": "7700", "Content-Type": "application/json",
		"User-Agent": "GitHub-Hookshot/044aadd", "X-Github-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "X-Github-Event": "push",
		"X-Github-Hook-Id": "292430182",
	} {
		r.Header.Set(name, line)
	}
	r.SetBasicAuth("octo", password)
	mac := hmac.New(sha256.New, []byte(newSecret))
	mac.Write(content.raw)
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	w := &outlet{header: http.Header{}}
	b.SetBytes(r.ContentLength)
	b.ReportAllocs()
	for b.Loop() {
		content.read = 0
		h.ServeHTTP(w, r)
	}
	if w.status != http.StatusOK {
		b.Fatalf("status %d", w.status)
	}
}

func (w *outlet) SetReadDeadline(time.Time) error { return nil }
