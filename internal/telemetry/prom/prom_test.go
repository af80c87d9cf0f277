package prom

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// counters returns a value for every counter that the table needs.
func counters() map[string]int64 {
	all := make(map[string]int64)
	for i, name := range Stats() {
		all[name] = int64(i)
	}
	all["store.members"] = 30
	for i := range batchClasses {
		all[fmt.Sprint(batchStat, 1<<i)] = 1
	}
	return all
}

// scrape returns the metrics as text.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	return w.Body.String()
}

func observed(m *Metrics) {
	m.Delivered(hook.Delivery{Workflow: "a", Outcome: hook.Accepted, Status: 200, Took: 3 * time.Millisecond, Request: hook.Request{Body: make([]byte, 100)}})
	m.Delivered(hook.Delivery{Workflow: "a", Outcome: hook.Rejected, Gate: "any[1].basic", Status: 401})
	m.Delivered(hook.Delivery{Outcome: hook.Unmatched, Gate: "match", Status: 404})
	m.Delivered(hook.Delivery{Workflow: "a", Outcome: hook.Repeat, Status: 0})
	m.Ended(flow.Execution{Workflow: "a", Status: flow.Succeeded}, 2, time.Second)
	m.Ended(flow.Execution{Workflow: "a", Status: flow.Failed}, 2, time.Second)
	m.Ended(flow.Execution{Workflow: "a", Status: flow.Waiting}, 2, time.Second)
}

func TestEveryMetricOfTheTableIsServedWithItsTypeAndLabels(t *testing.T) {
	m := New("v1", counters)
	observed(m)
	text := scrape(t, m)
	for _, metric := range Table() {
		if !strings.Contains(text, fmt.Sprintf("# TYPE %s %s\n", metric.Name, metric.Type)) {
			t.Errorf("%s is not served as %s", metric.Name, metric.Type)
		}
		line := regexp.MustCompile(`(?m)^` + metric.Name + `(?:_sum)?(?:\{([^}]*)\})? `).FindStringSubmatch(text)
		if line == nil {
			t.Errorf("%s has no value", metric.Name)
			continue
		}
		var labels []string
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(line[1], -1) {
			labels = append(labels, l[1])
		}
		want := slices.Sorted(slices.Values(metric.Labels))
		if !slices.Equal(labels, want) {
			t.Errorf("%s has the labels %v, want %v", metric.Name, labels, want)
		}
		if strings.HasSuffix(metric.Name, "_total") != (metric.Type == Counter) {
			t.Errorf("%s is a %s", metric.Name, metric.Type)
		}
	}
	for _, name := range regexp.MustCompile(`(?m)^# TYPE (hookline_\w+)`).FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(Table(), func(m Metric) bool { return m.Name == name[1] }) {
			t.Errorf("%s is not in the table", name[1])
		}
	}
}

func TestCallsAndExecutionsAreCountedByWorkflow(t *testing.T) {
	m := New("v1", counters)
	observed(m)
	text := scrape(t, m)
	for _, line := range []string{
		`hookline_calls_total{outcome="accepted",workflow="a"} 1`,
		`hookline_calls_total{outcome="rejected",workflow="a"} 1`,
		`hookline_calls_total{outcome="unmatched",workflow=""} 1`,
		`hookline_refusals_total{gate="basic",workflow="a"} 1`,
		`hookline_refusals_total{gate="match",workflow=""} 1`,
		`hookline_answers_total{class="4xx",workflow="a"} 1`,
		`hookline_answers_total{class="none",workflow="a"} 1`,
		`hookline_call_bytes_total{workflow="a"} 100`,
		`hookline_call_duration_seconds_bucket{workflow="a",le="0.005"} 3`,
		`hookline_call_duration_seconds_count{workflow="a"} 3`,
		`hookline_executions_total{status="failed",workflow="a"} 1`,
		`hookline_execution_duration_seconds_count{workflow="a"} 2`,
		`hookline_execution_waits_total{workflow="a"} 1`,
		`hookline_store_batch_size_bucket{le="4"} 3`,
		`hookline_store_batch_size_count 12`,
		`hookline_store_batch_size_sum 30`,
		`hookline_build_info{version="v1"} 1`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("missing: %s", line)
		}
	}
	if strings.Contains(text, `gate="accept"`) {
		t.Error("an accepted call is a refusal")
	}
}

func TestLabelsAreBounded(t *testing.T) {
	m := New("v1", counters)
	for i := range 3 * MaxWorkflows {
		m.Delivered(hook.Delivery{Workflow: fmt.Sprint("w", i), Outcome: hook.Rejected, Gate: fmt.Sprint("gate ", i), Status: i})
		m.Ended(flow.Execution{Workflow: fmt.Sprint("w", i), Status: flow.Succeeded}, 1, 0)
	}
	text := scrape(t, m)
	if n := strings.Count(text, "hookline_call_duration_seconds_count{"); n != MaxWorkflows+1 {
		t.Errorf("%d workflows have a label", n)
	}
	if line := fmt.Sprintf(`hookline_executions_total{status="succeeded",workflow=%q} %d`, OtherWorkflows, 2*MaxWorkflows); !strings.Contains(text, line+"\n") {
		t.Errorf("missing: %s", line)
	}
	if n := strings.Count(text, "hookline_refusals_total{"); n != MaxWorkflows+1 {
		t.Errorf("%d series of refusals", n)
	}
}

func BenchmarkDelivered(b *testing.B) {
	m := New("v1", counters)
	d := hook.Delivery{Workflow: "a", Outcome: hook.Accepted, Status: 200, Took: 3 * time.Millisecond}
	b.ReportAllocs()
	for b.Loop() {
		m.Delivered(d)
	}
}

func BenchmarkEnded(b *testing.B) {
	m := New("v1", counters)
	x := flow.Execution{Workflow: "a", Status: flow.Succeeded}
	b.ReportAllocs()
	for b.Loop() {
		m.Ended(x, 2, time.Second)
	}
}
