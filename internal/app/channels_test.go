package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
)

const channelDocuments = `
channels:
  - {name: ops, type: slack, config: {url: "{{$env.OPS_URL}}"}}
  - {name: dev, type: slack, config: {token: "{{$env.DEV_TOKEN}}", channel: dev, endpoint: "{{$env.PEER}}"}}
`

// provider answers as a test tells it to, and records what it got.
type provider struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request, body string)
	bodies []string
}

func newProvider(t *testing.T) *provider {
	p := &provider{}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// ServeHTTP implements http.Handler.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // an incomplete body fails the comparison
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bodies = append(p.bodies, string(body))
	p.answer(w, r, string(body))
}

// channelDesk starts a server with documents that has channels, and returns a client and its log. Call stop to end it.
func channelDesk(t *testing.T, dir, documents, peer string) (d *desk, a *app.App, log *lockedBuffer, stop func()) {
	t.Helper()
	docs := filepath.Join(dir, "workflows")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(docs, "all.yaml"), []byte(documents), 0o600); err != nil {
		t.Fatal(err)
	}
	c := settings(dir)
	c.Workflows, c.AllowOutbound = docs, []string{"127.0.0.0/8"}
	log = &lockedBuffer{}
	a, err := app.New(c, app.Options{Log: slog.New(slog.NewTextHandler(log, nil)), Environ: []string{
		"HOOKLINE_ENV_OPS_URL=" + peer + "/services/S3cretPath99", "HOOKLINE_ENV_PEER=" + peer,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return &desk{t: t, base: a.URL(), token: token(t, dir)}, a, log, stop
}

func expectAll(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s\ndoes not contain %s", text, part)
		}
	}
	if strings.Contains(text, "S3cretPath99") {
		t.Errorf("%s\nshows a secret", text)
	}
}

func TestChannelsAreTestedWithoutShowingTheirSecrets(t *testing.T) {
	p := newProvider(t)
	d, _, log, _ := channelDesk(t, t.TempDir(), channelDocuments, p.URL)
	p.answer = func(w http.ResponseWriter, r *http.Request, body string) { _, _ = io.WriteString(w, "got "+r.URL.Path) }
	text := d.must(200, "POST /api/channels/ops/test", "")
	expectAll(t, text, `"sent":true`, `"answer":"got`, "[secret]")
	expectAll(t, strings.Join(p.bodies, "\n"), "test message of Hookline", "ops")

	expectAll(t, d.must(503, "POST /api/channels/ops/test", ""), "has reached its rate; try again in")
	expectAll(t, d.must(422, "POST /api/channels/ops/test", `{"to":"general"}`), "to: ", "incoming webhook")
	expectAll(t, d.must(404, "POST /api/channels/nope/test", ""), "there is no channel")
	if len(p.bodies) != 1 {
		t.Errorf("the provider got %d messages", len(p.bodies))
	}

	expectAll(t, d.must(200, "POST /api/channels/dev/test", `{"text":"hello"}`), `"sent":false`, "HOOKLINE_ENV_DEV_TOKEN", `"final":true`)
	expectAll(t, d.must(200, "GET /api/channels", ""), `"missing":["DEV_TOKEN"]`, `"config":{"url":"{{$env.OPS_URL}}"}`, "all.yaml")
	expectAll(t, log.String(), "channel=dev", "hookline env set DEV_TOKEN", "HOOKLINE_ENV_DEV_TOKEN before")
	if strings.Contains(log.String(), "channel=ops") {
		t.Errorf("the log names a channel that has its variable: %s", log.String())
	}
}

func TestWhatAProviderSaysAboutATestIsPassedOn(t *testing.T) {
	p := newProvider(t)
	for _, c := range []struct {
		answer func(w http.ResponseWriter, r *http.Request, body string)
		parts  []string
	}{
		{func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Error(w, "no hook at "+r.URL.Path, http.StatusNotFound)
		}, []string{`"sent":false`, "the provider answered 404: no hook at", "[secret]", `"final":true`}},
		{func(w http.ResponseWriter, r *http.Request, _ string) {
			w.Header().Set("Retry-After", "7")
			http.Error(w, "slow down", http.StatusTooManyRequests)
		}, []string{`"sent":false`, "slow down", `"retryAfterSeconds":7`}},
		{func(http.ResponseWriter, *http.Request, string) { panic(http.ErrAbortHandler) }, []string{`"sent":false`, `"error":"`}},
	} {
		p.answer = c.answer
		d, _, _, stop := channelDesk(t, t.TempDir(), channelDocuments, p.URL)
		expectAll(t, d.must(200, "POST /api/channels/ops/test", ""), c.parts...)
		if strings.Contains(strings.Join(c.parts, ""), "slow down") {
			expectAll(t, d.must(503, "POST /api/channels/ops/test", ""), "try again in")
		}
		stop()
	}
}

func TestChannelsOfTheAPIAndOfFiles(t *testing.T) {
	dir := t.TempDir()
	d, _, _, stop := channelDesk(t, dir, channelDocuments, "http://127.0.0.1:1")
	const body = `{"type":"slack","config":{"url":"{{$env.OPS_URL}}"}}`
	expectAll(t, d.must(201, "PUT /api/channels/mine", body), `"name":"mine"`)
	expectAll(t, d.must(200, "PUT /api/channels/mine", body), `"name":"mine"`)
	expectAll(t, d.must(409, "PUT /api/channels/ops", body), "declared in", "all.yaml")
	expectAll(t, d.must(409, "DELETE /api/channels/ops", ""), "declared in", "all.yaml")
	expectAll(t, d.must(422, "PUT /api/channels/Mine", `{"type":"slak","config":{}}`), `"location":"name"`, `"location":"type"`)
	expectAll(t, d.must(422, "PUT /api/channels/mine", `{"type":"slack","config":{"url":"https://hooks.slack.com/services/T/B/X"}}`), `"location":"config.url"`, "is a secret")
	stop()

	d, a, _, _ := channelDesk(t, dir, strings.ReplaceAll(channelDocuments, "name: ops", "name: other"), "http://127.0.0.1:1")
	expectAll(t, d.must(200, "GET /api/channels", ""), `"name":"mine"`, `"name":"ops"`, `"name":"other"`)
	report, err := a.Reload()
	if err != nil || len(report.Channels.Unchanged) != 2 || len(report.Channels.Removed) != 1 || report.Channels.Removed[0] != "ops" {
		t.Errorf("%+v, %v", report, err)
	}
	for _, name := range []string{"mine", "ops"} {
		d.must(204, "DELETE /api/channels/"+name, "")
		d.must(404, "GET /api/channels/"+name, "")
	}
}
