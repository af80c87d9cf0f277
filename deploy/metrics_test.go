package deploy

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/telemetry/prom"
)

// checkQuery checks that a query names metrics and labels that exist.
func checkQuery(t *testing.T, where, query string, served []string) {
	t.Helper()
	query = strings.NewReplacer("$__rate_interval", "5m", "$workflow", ".*").Replace(query)
	found := regexp.MustCompile(`\b((?:hookline|go|process)_\w+)(?:\{([^}]*)\})?`).FindAllStringSubmatch(query, -1)
	if len(found) == 0 {
		t.Errorf("%s: it names no metric: %s", where, query)
	}
	var labels []string
	for _, f := range found {
		name := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(f[1], "")
		i := slices.IndexFunc(prom.Table(), func(m prom.Metric) bool { return m.Name == name && (name == f[1]) == (m.Type != prom.Histogram) })
		switch {
		case i >= 0:
			labels = append(labels, prom.Table()[i].Labels...)
		case strings.HasPrefix(f[1], "hookline_") || !slices.Contains(served, f[1]):
			t.Errorf("%s: there is no metric %s", where, f[1])
			continue
		}
		for _, l := range regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)`).FindAllStringSubmatch(f[2], -1) {
			if i < 0 || !slices.Contains(prom.Table()[i].Labels, l[1]) {
				t.Errorf("%s: %s has no label %s", where, f[1], l[1])
			}
		}
	}
	for _, by := range regexp.MustCompile(`\bby \(([^)]*)\)`).FindAllStringSubmatch(query, -1) {
		for l := range strings.SplitSeq(by[1], ",") {
			if l = strings.TrimSpace(l); l != "le" && !slices.Contains(labels, l) {
				t.Errorf("%s: no metric has the label %s", where, l)
			}
		}
	}
	for _, pair := range []string{"()", "{}", "[]"} {
		if strings.Count(query, pair[:1]) != strings.Count(query, pair[1:]) {
			t.Errorf("%s: a bracket is not closed: %s", where, query)
		}
	}
}

// served returns the names of all metrics that a server has.
func served(t *testing.T) (names []string) {
	t.Helper()
	w := httptest.NewRecorder()
	prom.New("v", func() map[string]int64 { return nil }).Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(w.Body.String(), -1) {
		names = append(names, m[1])
	}
	return names
}

func TestTheAlertRulesNameWhatExists(t *testing.T) {
	doc := yamlDocuments(t, "alerts.yaml", read(t, "prometheus/alerts.yaml"))[0]
	seen := make(map[string]bool)
	for _, rule := range at(t, doc, "groups", 0, "rules").([]any) {
		name := at(t, rule, "alert").(string)
		if seen[name] || at(t, rule, "labels", "severity") == nil || at(t, rule, "annotations", "summary") == nil || at(t, rule, "for") == nil {
			t.Errorf("%s is not whole", name)
		}
		seen[name] = true
		checkQuery(t, name, at(t, rule, "expr").(string), served(t))
	}
	if len(seen) == 0 {
		t.Error("there are no rules")
	}
}

func TestTheDashboardNamesWhatExists(t *testing.T) {
	var board struct {
		Title  string
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/hookline.json")), &board); err != nil {
		t.Fatal(err)
	}
	seen := make(map[int]bool)
	for _, p := range board.Panels {
		if seen[p.ID] || p.Title == "" || len(p.Targets) == 0 {
			t.Errorf("panel %d %q is not whole", p.ID, p.Title)
		}
		seen[p.ID] = true
		for _, target := range p.Targets {
			checkQuery(t, p.Title, target.Expr, served(t))
		}
	}
	if board.Title == "" || len(seen) == 0 {
		t.Error("the dashboard is empty")
	}
}

func TestAQueryThatNamesSomethingElseIsFound(t *testing.T) {
	for _, query := range []string{
		"hookline_nothing_total", "rate(hookline_calls_total{flow=\"a\"}[5m])", "sum by (gate) (hookline_calls_total)", "go_nothing", "1 > 0",
		"rate(hookline_calls_total[5m]", "hookline_call_duration_seconds",
	} {
		fake := &testing.T{}
		checkQuery(fake, "test", query, served(t))
		if !fake.Failed() {
			t.Errorf("%s passes", query)
		}
	}
}
