package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/config"
)

// exportedSpan is a span as a collector gets it.
type exportedSpan struct {
	Trace  string `json:"traceId"`
	ID     string `json:"spanId"`
	Parent string `json:"parentSpanId"`
	Name   string `json:"name"`
}

// collector takes traces, as an OpenTelemetry collector does.
func collector(t *testing.T) (url string, spans <-chan exportedSpan) {
	out := make(chan exportedSpan, 100)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct {
			ResourceSpans []struct {
				ScopeSpans []struct{ Spans []exportedSpan }
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
			return
		}
		for _, s := range m.ResourceSpans[0].ScopeSpans[0].Spans {
			out <- s
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, out
}

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// TestATraceGoesOnThroughARestart calls a workflow that waits, restarts the server meanwhile, and follows the trace from the
// sender to the request that the workflow sends, and in the collector.
func TestATraceGoesOnThroughARestart(t *testing.T) {
	parents := make(chan string, 1)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { parents <- r.Header.Get("Traceparent") }))
	defer other.Close()
	url, spans := collector(t)
	dir := t.TempDir()
	docs := filepath.Join(dir, "traced")
	if err := os.Mkdir(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(docs, "later.yaml"), []byte(strings.ReplaceAll(`
workflow: later
trigger: {type: webhook, auth: none}
nodes:
  - {key: wait, type: delay, config: {for: 2s}}
  - {key: send, type: request, config: {url: URL, body: "{{$context.data}}"}}
`, "URL", other.URL)))
	change := func(c *config.Server) {
		c.Workflows, c.OTLPEndpoint, c.AllowOutbound = docs, url, []string{"127.0.0.0/8"}
	}
	a, stop := startUntil(t, dir, change)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL()+"/api/webhooks/later", strings.NewReader(`{"n":1}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Traceparent", traceparent)
	req.Header.Set("Content-Type", "application/json")
	if status, _, text := send(t, req); status != http.StatusOK {
		t.Fatal(status, text)
	}
	stop()
	_, stop = startUntil(t, dir, change)
	parent := <-parents
	byName := make(map[string]exportedSpan)
	for len(byName) < 4 {
		s := <-spans
		byName[s.Name] = s
	}
	stop()
	call, run, step := byName["POST later"], byName["later"], byName["send"]
	if call.Parent != "b7ad6b7169203331" || run.Parent != call.ID || step.Parent != run.ID || byName["wait"].Parent != run.ID {
		t.Errorf("%+v", byName)
	}
	for name, s := range byName {
		if s.Trace != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%s is in trace %s", name, s.Trace)
		}
	}
	if want := "00-" + step.Trace + "-" + step.ID + "-01"; parent != want {
		t.Errorf("the request carries %q on, want %q", parent, want)
	}
}
