package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/telemetry/prom"
)

// scraped asks for the metrics.
func scraped(t *testing.T, url string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	status, _, text := send(t, req)
	return status, text
}

func TestTheMetricsAreForThisMachineOrForTheirToken(t *testing.T) {
	const token = "a token for metrics"
	open, _ := start(t, t.TempDir())
	closed := startWith(t, t.TempDir(), func(c *config.Server) { c.MetricsToken, c.Hooks = token, "127.0.0.1:0" })
	for name, c := range map[string]struct {
		url    string
		header []string
		status int
	}{
		"this machine":             {open.URL(), nil, 200},
		"a proxy on this machine":  {open.URL(), []string{"X-Forwarded-For", "192.0.2.1"}, 401},
		"another kind of proxy":    {open.URL(), []string{"Forwarded", "for=192.0.2.1"}, 401},
		"no token":                 {closed.URL(), nil, 401},
		"a wrong token":            {closed.URL(), []string{"Authorization", "Bearer another"}, 401},
		"no bearer":                {closed.URL(), []string{"Authorization", "Basic " + token}, 401},
		"the token":                {closed.URL(), []string{"Authorization", "Bearer " + token}, 200},
		"the token, through proxy": {closed.URL(), []string{"Authorization", "Bearer " + token, "X-Forwarded-For", "192.0.2.1"}, 200},
		"the address of the hooks": {closed.HooksURL(), []string{"Authorization", "Bearer " + token}, 404},
	} {
		if status, text := scraped(t, c.url, c.header...); status != c.status || (status == 200) != strings.Contains(text, "hookline_build_info") {
			t.Errorf("%s: %d %s", name, status, text[:min(len(text), 300)])
		}
	}
}

func TestTheMetricsCountCallsAndHaveEveryCounter(t *testing.T) {
	a, _ := start(t, t.TempDir())
	good(t, a.URL())
	call(t, a.URL()+"/api/webhooks/save", "octo", "wrong", "{}")
	_, text := scraped(t, a.URL())
	for _, line := range []string{
		`hookline_calls_total{outcome="accepted",workflow="ask"} 5`, `hookline_answers_total{class="2xx",workflow="ask"} 5`,
		`hookline_refusals_total{gate="basic",workflow="save"} 1`, "hookline_ready 1",
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("missing: %s", line)
		}
	}
	for _, m := range prom.Table() {
		if !strings.Contains(text, "# TYPE "+m.Name+" ") && m.Name != "hookline_execution_waits_total" {
			t.Errorf("%s is not served", m.Name)
		}
	}
}
