package api

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/api/apitest"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// fakeBulks plans actions on three executions of github-push, unless the query says workflow:none.
type fakeBulks struct {
	h *fixture
	*apitest.BulkActions
}

func (f fakeBulks) Plan(_ context.Context, r BulkRequest) (BulkFound, error) {
	f.h.note(strings.Join(append([]string{"plan", r.Kind, r.Q, r.From + r.Revision, r.Before.Text("blk_"), "by", r.By}, r.Workflows...), " "))
	q, err := query.Parse(query.Executions, r.Q, noon)
	if err != nil {
		return BulkFound{}, err
	}
	out := BulkFound{BulkCounts: BulkCounts{ByWorkflow: []WorkflowCount{}, Complete: true, Searched: 7}}
	if r.Q == "workflow:none" {
		return out, nil
	}
	out.Action = store.BulkAction{Kind: store.BulkKind(r.Kind), Query: q.String(), Workflows: []string{"github-push"}, Count: 3, By: r.By}
	out.Action.ID = f.Add(out.Action)
	out.Action, err = f.Bulk(context.Background(), out.Action.ID)
	out.ByWorkflow, out.ByState = []WorkflowCount{{"github-push", 3}}, map[string]int{"failed": 3}
	out.Effects = &BulkEffects{Sample: 3, Sent: 4, SentAgain: 2, SendAgain: 1}
	out.Complete, out.Next = false, 77
	return out, err
}

func TestBulkActions(t *testing.T) {
	var (
		admin     = account.Principal{Kind: account.BySession, Role: account.Admin, Name: "ann@example.com"}
		operator  = account.Principal{Kind: account.BySession, Role: account.Operator, Name: "bob@example.com"}
		viewer    = account.Principal{Kind: account.BySession, Role: account.Viewer}
		bound     = account.Principal{Kind: account.ByKey, Role: account.Operator, Name: "ci", Workflows: []string{"github-push"}}
		elsewhere = account.Principal{Kind: account.ByKey, Role: account.Admin, Workflows: []string{"shop"}}
	)
	const planned, running = "/api/bulk/blk_000000000000a", "/api/bulk/blk_000000000000b"
	for _, c := range []struct {
		name, call, body string
		who              account.Principal
		status           int
		has, hasNot      []string
		asked            []string
	}{
		{name: "a plan counts and does nothing", who: operator, call: "POST /api/bulk", body: `{"kind":"retry","q":"status:failed  workflow:github-push","from":"start"}`, status: 200,
			has: []string{`"id":"blk_000000000000c"`, `"state":"planned"`, `"query":"status:failed workflow:github-push"`, `"count":3`, `"byWorkflow":[{"workflow":"github-push","count":3}]`,
				`"byState":{"failed":3}`, `"complete":false`, `"next":"exe_000000000002d"`, `"sample":3`, `"sendAgain":1`, `"expires":"2026-03-04T13:00:00Z"`, `"searched":7`},
			asked: []string{"plan retry status:failed  workflow:github-push start  by bob@example.com"}},
		{name: "a plan goes on", who: admin, call: "POST /api/bulk", body: `{"kind":"cancel","q":"status:queued","before":"exe_000000000002d"}`, status: 200,
			asked: []string{"plan cancel status:queued  blk_000000000002d by ann@example.com"}},
		{name: "nothing matches", who: admin, call: "POST /api/bulk", body: `{"kind":"retry","q":"workflow:none"}`, status: 200,
			has: []string{`"count":0`, `"complete":true`, `"workflows":[]`, `"byWorkflow":[]`}, hasNot: []string{`"id"`, `"expires"`, `"createdAt"`}},
		{name: "a bound key plans for its own workflows", who: bound, call: "POST /api/bulk", body: `{"kind":"retry","q":"status:failed"}`, status: 200,
			asked: []string{"plan retry status:failed   by API key ci github-push"}},
		{name: "a viewer plans nothing", who: viewer, call: "POST /api/bulk", body: `{"kind":"retry","q":"status:failed"}`, status: 403, has: []string{`the role \"operator\"`}},
		{name: "a wrong field of the query", who: admin, call: "POST /api/bulk", body: `{"kind":"retry","q":"stauts:failed"}`, status: 422,
			has: []string{`did you mean status?`, `q: at character 1`}},
		{name: "a wrong field of the body", who: admin, call: "POST /api/bulk", body: `{"kind":"retry","q":"status:failed","form":"start"}`, status: 422, has: []string{`"location":"form"`, "from"}},
		{name: "no query", who: admin, call: "POST /api/bulk", body: `{"kind":"retry"}`, status: 422, has: []string{`"location":"q"`, "required"}},
		{name: "no body", who: admin, call: "POST /api/bulk", status: 415},
		{name: "a list", who: admin, call: "POST /api/bulk", body: `[]`, status: 422},
		{name: "a cursor of another list", who: admin, call: "POST /api/bulk", body: `{"kind":"replay","q":"status:200","before":"exe_000000000002d"}`, status: 422, has: []string{"before", "dlv_"}},

		{name: "the list", who: viewer, call: "GET /api/bulk", status: 200, has: []string{`"id":"blk_000000000000b"`, `"id":"blk_000000000000a"`, `"handled":2`, `"options":{"from":"start"}`}},
		{name: "the list by state", who: viewer, call: "GET /api/bulk?state=running", status: 200, has: []string{"blk_000000000000b"}, hasNot: []string{"blk_000000000000a"}},
		{name: "a page of the list", who: viewer, call: "GET /api/bulk?limit=1", status: 200, has: []string{`"next":"blk_000000000000b"`}, hasNot: []string{"blk_000000000000a"}},
		{name: "the next page", who: viewer, call: "GET /api/bulk?before=blk_000000000000b", status: 200, has: []string{"blk_000000000000a"}, hasNot: []string{"blk_000000000000b", "next"}},
		{name: "a state that is none", who: viewer, call: "GET /api/bulk?state=paused", status: 422, has: []string{"query.state"}},
		{name: "a cursor that is none", who: viewer, call: "GET /api/bulk?before=exe_000000000002d", status: 422, has: []string{"before"}},
		{name: "the list of a bound key", who: bound, call: "GET /api/bulk", status: 200, has: []string{"blk_000000000000a"}, hasNot: []string{"blk_000000000000b", "orders"}},
		{name: "the list of another key", who: elsewhere, call: "GET /api/bulk", status: 200, has: []string{`"items":[]`}},

		{name: "one", who: viewer, call: "GET " + planned, status: 200, has: []string{`"state":"planned"`, `"by":"ann@example.com"`, `"count":3`}},
		{name: "one that is not there", who: viewer, call: "GET /api/bulk/blk_000000000009z", status: 404, has: []string{"there is no bulk action blk_000000000009z"}},
		{name: "an id that is none", who: viewer, call: "GET /api/bulk/exe_000000000000a", status: 422, has: []string{"blk_"}},
		{name: "a bound key sees its own", who: bound, call: "GET " + planned, status: 200},
		{name: "a bound key sees no other", who: bound, call: "GET " + running, status: 404, has: []string{"there is no bulk action"}, hasNot: []string{"orders"}},
		{name: "a bound key starts no other", who: elsewhere, call: "POST " + planned + "/start", status: 404},
		{name: "a bound key stops no other", who: bound, call: "POST " + running + "/stop", status: 404},

		{name: "a start", who: operator, call: "POST " + planned + "/start", status: 200, has: []string{`"state":"running"`, `"startedAt"`}, hasNot: []string{"expires"}},
		{name: "a start of what is not planned", who: operator, call: "POST " + running + "/start", status: 409},
		{name: "a viewer starts nothing", who: viewer, call: "POST " + planned + "/start", status: 403},
		{name: "a stop", who: operator, call: "POST " + running + "/stop", status: 200, has: []string{`"state":"stopped"`, `"acted":2`, `"endedAt"`}},
		{name: "a viewer stops nothing", who: viewer, call: "POST " + running + "/stop", status: 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{}
			method, path, _ := strings.Cut(c.call, " ")
			req := httptest.NewRequest(method, path, strings.NewReader(c.body))
			if c.body != "" {
				req.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			as(c.who, h.deps()).ServeHTTP(w, req)
			if w.Code != c.status {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			for _, text := range c.has {
				if !strings.Contains(w.Body.String(), text) {
					t.Errorf("%s does not have %s", w.Body, text)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(w.Body.String(), text) {
					t.Errorf("%s has %s", w.Body, text)
				}
			}
			if c.asked != nil && !slices.Equal(h.asked, c.asked) {
				t.Errorf("asked %q, want %q", h.asked, c.asked)
			}
		})
	}
}

// TestBulkActionsAreAudited plans, starts and stops an action.
func TestBulkActionsAreAudited(t *testing.T) {
	h := &fixture{}
	handler := New(h.deps())
	for _, c := range []struct{ call, body string }{
		{"POST /api/bulk", `{"kind":"retry","q":"status:failed"}`}, {"POST /api/bulk/blk_000000000000c/start", ""}, {"POST /api/bulk/blk_000000000000c/stop", ""},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		req := httptest.NewRequest(method, path, strings.NewReader(c.body))
		req.Header.Set("Authorization", "Bearer "+testToken)
		if c.body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		handler.ServeHTTP(httptest.NewRecorder(), req)
	}
	var got []string
	for _, e := range h.audited {
		got = append(got, e.Action+" "+e.Target)
	}
	const id = "blk_000000000000c"
	if want := []string{"plan-bulk " + id, "start-bulk " + id, "stop-bulk " + id}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if after := h.audited[0].After.Text(); !strings.Contains(after, `"count":3`) || !strings.Contains(after, `"query":"status:failed"`) {
		t.Error(after)
	}
}
