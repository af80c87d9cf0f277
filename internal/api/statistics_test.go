package api

import (
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

func TestStatistics(t *testing.T) {
	viewer := account.Principal{Kind: account.BySession, Role: account.Viewer}
	orders := account.Principal{Kind: account.ByKey, Role: account.Admin, Workflows: []string{"orders"}}
	full := func(d *Deps) {
		d.Backlog, d.Room = 120, func() error { return fault.New("test", fault.Unavailable, "less than 256 MiB are free") }
	}
	for _, c := range []struct {
		name   string
		who    account.Principal
		path   string
		status int
		has    []string
		hasNot []string
		with   func(*Deps)
	}{
		{name: "the last day by hours, with the day before", who: viewer, path: "/api/statistics", status: 200, has: []string{
			`"step":"hour"`, `"from":"2026-03-03T12:00:00Z"`, `"to":"2026-03-04T12:00:00Z"`, `"calls":48`, `"refused":7,"rejected":3,"unmatched":4`,
			`"gates":{"basic":1,"signature":2}`, `"previous":{"calls":15`, `"at":"2026-03-04T11:00:00Z"`, `"backlog":60`, `"waiting":3`,
			`"answer":{"count":40,"p50Micros":19`},
			hasNot: []string{`"traffic"`}},
		{name: "a workflow, and what it took last", who: viewer, path: "/api/workflows/github-push/statistics?from=2026-03-04T11:00:00Z", status: 200, has: []string{
			`"step":"minute"`, `"workflow":"github-push"`, `"at":"2026-03-04T11:45:00Z"`, `"calls":44`, `"lastAccepted":{"at":"2026-03-04T11:45:00Z"`,
			`"gate":"signature","reason":"the signature does not match"`, `"previous":{"calls":0}`},
			hasNot: []string{"unmatched"}},
		{name: "the same by its other address", who: viewer, path: "/api/statistics?workflow=github-push&step=day", status: 200, has: []string{`"step":"day"`, `"calls":54`}},
		{name: "minutes that are no longer kept are shown by hours", who: viewer, path: "/api/statistics?from=2026-03-01T00:00:00Z&to=2026-03-01T01:00:00Z", status: 200, has: []string{`"step":"hour"`}},
		{name: "a deleted workflow keeps its history", who: viewer, path: "/api/workflows/orders/statistics", status: 200, has: []string{`"workflow":"orders"`}},
		{name: "no such workflow", who: viewer, path: "/api/workflows/nobody/statistics", status: 404},
		{name: "a bound key sees its own", who: orders, path: "/api/statistics?from=2026-03-03T00:00:00Z", status: 200, has: []string{`"calls":5`, `"backlog":0`}, hasNot: []string{"unmatched", "github"}},
		{name: "a bound key sees no other workflow", who: orders, path: "/api/workflows/github-push/statistics", status: 404, has: []string{"there is no workflow"}},
		{name: "nor by its other address", who: orders, path: "/api/statistics?workflow=github-push", status: 404},
		{name: "nobody sees nothing", path: "/api/statistics", status: 403},
		{name: "an end before the start", who: viewer, path: "/api/statistics?from=2026-03-04T00:00:00Z&to=2026-03-03T00:00:00Z", status: 422, has: []string{"from must be before to"}},
		{name: "a wrong time", who: viewer, path: "/api/statistics?from=yesterday", status: 422, has: []string{"query.from"}},
		{name: "a wrong step", who: viewer, path: "/api/statistics?step=second", status: 422, has: []string{"query.step"}},

		{name: "a workflow says what it took and refused last", who: viewer, path: "/api/workflows/github-push", status: 200, has: []string{
			`"traffic":{"calls":44,"refused":3,"failed":3,"hours":[0,0`, `"lastRefused":{"at":"2026-03-04T11:45:00Z","delivery":"dlv_`, `"gate":"signature"`}},
		{name: "so do the rows of the list", who: viewer, path: "/api/workflows", status: 200, has: []string{`"traffic":{"calls":44`, `"lastAccepted"`}},
		{name: "the overview", who: viewer, path: "/api/overview", status: 200, has: []string{
			`"calls":{"now":48,"before":15}`, `"refused":{"now":7,"before":0}`, `"failed":{"now":3,"before":0}`,
			`"busiest":[{"workflow":"github-push","title":"Deploy","calls":44,"refused":3,"failed":3,"hours":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,44,0]`,
			`"kind":"backlog"`, `"kind":"failing"`, `3 executions of github-push failed or were aborted`, `"operation":"list-executions","parameters":{"status":"failed","workflow":"github-push"}`,
			`"kind":"refused"`, `the last one by signature`, `"kind":"unmatched"`, `4 calls came to an address`},
			hasNot: []string{`"kind":"disk"`, `"kind":"quiet"`}}, // orders does not exist any more
		{name: "the overview of a full server", who: viewer, path: "/api/overview?period=30d", status: 200, with: full, has: []string{`"kind":"disk"`, "less than 256 MiB", `"kind":"backlog"`}},
		{name: "the overview of a bound key", who: orders, path: "/api/overview?period=7d", status: 200, with: full, has: []string{`"calls":{"now":5,"before":0}`, `"waiting":2`, `"attention":[]`},
			hasNot: []string{"github", "unmatched"}},
		{name: "a wrong period", who: viewer, path: "/api/overview?period=1y", status: 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			deps := (&fixture{}).deps()
			if c.with != nil {
				c.with(&deps)
			}
			w := httptest.NewRecorder()
			as(c.who, deps).ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			for _, text := range c.has {
				if !strings.Contains(w.Body.String(), text) {
					t.Errorf("%s\ndoes not hold %s", w.Body, text)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(w.Body.String(), text) {
					t.Errorf("%s\nholds %s", w.Body, text)
				}
			}
		})
	}
}

// TestHostileTimesAreRefused asks for times at random, and for the largest and smallest.
func TestHostileTimesAreRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	h := as(account.Principal{Kind: account.BySession, Role: account.Viewer}, (&fixture{}).deps())
	times := []string{"", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-03-04T12:00:00+14:00", "2026-02-30T00:00:00Z", "-1", "1e9"}
	for range 100 {
		times = append(times, noon.Add(time.Duration(random.Int64()-random.Int64())).Format(time.RFC3339Nano))
	}
	for _, from := range times {
		to, step := times[random.IntN(len(times))], []string{"", "minute", "hour", "day"}[random.IntN(4)]
		query := url.Values{}
		for name, text := range map[string]string{"from": from, "to": to, "step": step} {
			if text != "" {
				query.Set(name, text)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/api/statistics?"+query.Encode(), nil))
		if w.Code != 200 && w.Code != 422 && w.Code != 400 {
			t.Errorf("%s: %d %s", query.Encode(), w.Code, w.Body)
		}
	}
}

func TestAQuietWorkflow(t *testing.T) {
	every := func(hours, n int) (called [7 * 24]bool) {
		for i := 0; i < min(n*hours, len(called)); i += hours {
			called[i] = true
		}
		return called
	}
	work := func() (called [7 * 24]bool) { // eight hours on five days, counted back from Friday evening
		for i := range called {
			called[i] = i%24 < 8 && i/24 < 5 || i/24 == 6 && i%24 < 8
		}
		return called
	}
	for _, c := range []struct {
		name   string
		called [7 * 24]bool
		ago    time.Duration
		want   bool
	}{
		{"called each hour, and not for three hours", every(1, 168), 3 * time.Hour, true},
		{"called each hour, and not for two", every(1, 168), 2 * time.Hour, false},
		{"called every four hours, silent for eight", every(4, 168), 8 * time.Hour, false},
		{"called every four hours, silent for nine", every(4, 168), 9 * time.Hour, true},
		{"called twenty times only", every(8, 20), 50 * time.Hour, false},
		{"known for two days only", every(1, 48), 10 * time.Hour, false},
		{"rests at the weekend", work(), 64 * time.Hour, false},
		{"rests for a week", work(), 7 * 24 * time.Hour, true},
		{"silent for a month", every(1, 168), 30 * 24 * time.Hour, false},
		{"never called", every(1, 0), 0, false},
	} {
		a := store.Activity{Called: c.called, CalledAt: noon.Add(-c.ago)}
		if got := silent(&a, noon.Add(59*time.Minute)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if silent(&store.Activity{}, noon) {
		t.Error("a workflow that was never called is quiet")
	}
}
