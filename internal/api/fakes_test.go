package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api/apitest"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

const testToken = "correct-horse-battery"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// fixture holds the data of a small server and records every call.
type fixture struct {
	asked   []string
	audited []audit.Entry
	log     bytes.Buffer
	down    error
	*apitest.Records
	live    func(ctx context.Context, send sendEvent) error
	watch   func(ctx context.Context, look func() (bool, error)) error
	heard   *hook.Delivery // the call that a listener hears; nil: none
	samples map[string]store.Sample
}

func (h *fixture) deps() Deps {
	if h.Records == nil {
		h.Records = apitest.NewRecords(noon)
	}
	return Deps{
		Workflows: h, Executions: h, Deliveries: h, Retries: h, Replays: h, Bulks: fakeBulks{h, apitest.NewBulks(noon)}, Passes: h, Explains: h, Records: h.Records, Collections: h.Records, Channels: fakeChannels{h}, Engine: h, Live: h, Samples: h, Accounts: apitest.NewAccounts(testToken, noon), Backups: h,
		Drafts: &fakeDrafts{}, Releases: fakeReleases{h}, Documents: h,
		Statistics: apitest.NewStatistics(noon), Room: func() error { return nil }, Backlog: 100,
		Variables: fakeVariables{h}, Audit: fakeAudit{h},
		Stats:   func() map[string]int64 { return map[string]int64{"store.commits": 9007199254740993} },
		Ready:   func() error { return h.down },
		BaseURL: func() string { return "https://hooks.example.com" },
		Tests:   fakeTests{h},
		Sends:   fakeSends{h},
		Clock:   clock.NewManual(noon), Log: slog.New(slog.NewTextHandler(&h.log, nil)), Version: "test",
	}
}

func (h *fixture) note(what string) { h.asked = append(h.asked, what) }

func push() Published {
	return Published{
		Workflow: flow.Workflow{
			Key: "github-push", Title: "Deploy", Enabled: true, Revision: "abc",
			Trigger: flow.Trigger{Type: "webhook", Mode: flow.Async, Methods: []string{"POST"}, Path: "/github/{owner}",
				Auth: flow.Auth{Gates: flow.Gates{Basic: &flow.BasicAuth{Username: "octo", Password: "hunter2"}}}},
			Nodes: []flow.Node{{Key: "is_main", Branches: []flow.Branch{{Name: "then", Nodes: []flow.Node{{Key: "save"}}}}}},
			Document: value.Trusted(`{"workflow":"github-push","n":1.0,"trigger":{"auth":{"basic":{"username":"octo","password":"hunter2"},` +
				`"token":{"header":"X-T","value":"{{$env.T}}"}}}}`),
		},
		Source: "push.yaml", UpdatedAt: noon,
	}
}

func (h *fixture) Workflows() ([]Published, error) { return []Published{push()}, nil }

func (h *fixture) Workflow(key string) (Published, error) {
	if key != "github-push" {
		return Published{}, fault.New("test", fault.NotFound, "there is no workflow %q", key)
	}
	return push(), nil
}

func (h *fixture) SetEnabled(key string, on bool) error {
	if key == "taken" {
		return fault.New("test", fault.Conflict, "its path is the one of github-push")
	}
	h.note(map[bool]string{true: "enable ", false: "disable "}[on] + key)
	return nil
}

// Reload implements Documents.
func (h *fixture) Reload(c Choice) (Reloaded, error) {
	if c.Take != "" {
		h.note("take " + c.Take + " " + strings.Join(c.Workflows, ","))
	}
	if h.down != nil {
		return Reloaded{}, fault.Wrap("catalog.Reload", errors.Join(
			fault.Field("x", "push.yaml:3: trigger.mode", `"asink" is no mode; did you mean async?`),
			fault.Field("x", "push.yaml:9: nodes[0].type", "required")))
	}
	return Reloaded{Published: []string{"github-push"}}, nil
}

func execution() flow.Execution {
	return flow.Execution{
		ID: 77, Workflow: "github-push", Revision: "abc", Delivery: 55, Mode: flow.Async, Status: flow.Failed,
		Output: value.Trusted(`{"z":9007199254740993,"a":1.0,"h":"<b>\u003c\/"}`),
		Labels: []flow.Label{{Name: "customer", Value: "42"}},
		Error:  &flow.Error{Code: "error", Message: "no such collection", Node: "save"}, CreatedAt: noon,
	}
}

func (h *fixture) Executions(_ context.Context, l store.Listing) (page store.Page[flow.Execution], err error) {
	switch text := l.Query.String(); text {
	case "workflow:broken":
		return page, errors.New("disk I/O error at /var/lib/hookline")
	case "workflow:none":
		return page, nil
	default:
		h.note(strings.Join(append([]string{"executions", text, l.Before.Text(ident.Execution), l.Budget.Time.String()}, l.Workflows...), " "))
		return store.Page[flow.Execution]{Items: []flow.Execution{execution()}, Next: 77, Cut: true, Rows: 12, Skipped: 1}, nil
	}
}

func (h *fixture) Execution(_ context.Context, id ident.ID) (flow.Execution, error) {
	if id != 77 {
		return flow.Execution{}, fault.New("test", fault.NotFound, "there is no execution %s", id.Text(ident.Execution))
	}
	return execution(), nil
}

func (h *fixture) Steps(ctx context.Context, q store.StepQuery) (page store.StepPage, err error) {
	l, _ := h.Load(ctx, q.Execution)
	if q.Path+q.Node != "" {
		h.note(fmt.Sprintf("steps %+v", q))
	}
	for _, s := range l.Steps {
		switch {
		case s.N <= q.After:
		case len(page.Steps) == q.Limit:
			page.Next = page.Steps[len(page.Steps)-1].N
			return page, nil
		default:
			x := store.SizedStep{Step: s, InputSize: len(s.Input.Text()), ResultSize: len(s.Result.Text())}
			if x.InputSize > q.Value {
				x.Input = value.Value{}
			}
			page.Steps = append(page.Steps, x)
		}
	}
	return page, nil
}

func (h *fixture) Step(ctx context.Context, id ident.ID, n int) (flow.Step, error) {
	l, err := h.Load(ctx, id)
	if err == nil && n > len(l.Steps) {
		err = fault.New("test", fault.NotFound, "no step %d", n)
	}
	if err != nil {
		return flow.Step{}, err
	}
	s := l.Steps[n-1]
	if n == 2 {
		s.Result = value.Trusted(`{"a/b":{"~":["é",10,null]},"c":true}`)
	}
	return s, nil
}

func (h *fixture) StepCounts(context.Context, ident.ID) ([]store.NodeCount, error) {
	return []store.NodeCount{
		{Node: "is_main", Type: "condition", Status: map[flow.Status]int{flow.Succeeded: 3, flow.Failed: 1}, Branches: map[string]int{"then": 3}},
		{Node: "save", Type: "record.create", Status: map[flow.Status]int{flow.Failed: 1}},
	}, nil
}

func (h *fixture) Load(ctx context.Context, id ident.ID) (store.Loaded, error) {
	if id != 77 {
		return store.Loaded{}, fault.New("test", fault.NotFound, "there is no execution %s", id.Text(ident.Execution))
	}
	d, _ := h.Delivery(ctx, 55)
	return store.Loaded{Execution: execution(), Delivery: d, Steps: []flow.Step{
		{Execution: 77, N: 1, Path: "is_main", Node: "is_main", Type: "condition", Attempt: 1, Status: flow.Succeeded,
			Input: value.Trusted(`{"left":1e400}`), Result: value.Bool(true), Branch: "then", StartedAt: noon, FinishedAt: noon.Add(time.Millisecond)},
		{Execution: 77, N: 2, Path: "save", Node: "save", Type: "record.create", Attempt: 1, Status: flow.Failed,
			Error: execution().Error, Log: []flow.LogLine{{Level: "info", Text: "hi"}}},
	}}, nil
}

func (h *fixture) Deliveries(ctx context.Context, l store.Listing) (store.Page[hook.Delivery], error) {
	if len(l.Query.Terms) > 1 || l.Workflows != nil {
		h.note(strings.Join(append([]string{"deliveries", l.Query.String()}, l.Workflows...), " "))
	}
	d, _ := h.Delivery(ctx, 55)
	d.Request.Body = nil
	return store.Page[hook.Delivery]{Items: []hook.Delivery{d}, Rows: 1}, nil
}

func (h *fixture) Delivery(ctx context.Context, id ident.ID) (hook.Delivery, error) {
	outcome := hook.Accepted
	switch id {
	case 56:
		outcome = hook.Rejected
	case 57:
		outcome = hook.Unmatched
	}
	return hook.Delivery{ID: id, Workflow: "github-push", Outcome: outcome, Gate: "accept", Execution: 77, Status: 200,
		Took: 1234 * time.Microsecond, DedupeKey: "72d3162e", Revision: "abc", Chain: []string{"10.0.0.1", "192.0.2.7"},
		Verdicts: []hook.Verdict{{Gate: "signature", Reason: "mismatch", Observed: true}},
		Answer:   &hook.Reply{Status: 200, Headers: []hook.Header{{Name: "X-A", Value: "b"}}, Body: []byte("done")},
		Request: hook.Request{Method: "POST", Path: "/api/webhooks/github-push", IP: "192.0.2.7", ReceivedAt: noon,
			Files:   []hook.File{{Name: "a", Filename: "a.txt", Size: 3, SHA256: "ab"}},
			Headers: []hook.Header{{Name: "X-Github-Event", Value: "push"}}, Body: []byte(`{"ref": "main",  "n": 1.0}`)}}, nil
}

func (h *fixture) Replay(d hook.Delivery, newest bool) (hook.Delivery, error) {
	h.note(fmt.Sprintf("replay %s newest=%v", d.ID.Text(ident.Delivery), newest))
	d.ReplayOf, d.ID = d.ID, 99
	return d, nil
}

func (h *fixture) ReplayPassing(_ context.Context, d hook.Delivery) (hook.Delivery, error) {
	h.note("replay passing " + d.ID.Text(ident.Delivery))
	d.ReplayOf, d.ID = d.ID, 99
	return d, nil
}

func (h *fixture) WouldPass(_ context.Context, d hook.Delivery) Passing {
	return Passing{Passes: d.ID == 55}
}

func (h *fixture) Explain(_ context.Context, d hook.Delivery) (Explanation, error) {
	return Explanation{Route: d.Request.Path, Today: []Verdict{{Gate: "signature", Passed: true}},
		Hypotheses: []Hypothesis{{Code: "clock", Message: "the clock is off by 400 s"}}, Variables: JSON{value.Trusted(`{"data":1.0}`)}}, nil
}

func (h *fixture) Plan(_ context.Context, r RetryRequest) (RetryPlan, error) {
	if r.From == "nope" {
		return RetryPlan{Refused: "no step nope has run", Effects: []RetryEffect{}, Again: []RetryStep{}}, nil
	}
	return RetryPlan{Possible: true, From: r.From, Status: "failed", Revision: "abc", EffectCount: 1, AgainCount: 1,
		Effects: []RetryEffect{{Kind: "sent", Path: "ask", Type: "request", Target: "POST https://shop.example/orders", Outcome: "answered 201", At: noon}},
		Again:   []RetryStep{{Path: "save", Node: "save", Type: "record.create"}}}, nil
}

func (h *fixture) Retry(_ context.Context, r RetryRequest) error {
	h.note(strings.TrimSpace("retry " + r.Execution.Text(ident.Execution) + " " + strings.TrimSpace(r.From+" "+r.Revision)))
	if !r.Input.IsMissing() {
		h.note("input " + r.Input.Text() + " by " + r.By)
	}
	if r.From == "nope" {
		return fault.New("test", fault.Conflict, "no step nope has run")
	}
	return nil
}

func (h *fixture) Cancel(id ident.ID) (flow.Status, error) {
	h.note("cancel " + id.Text(ident.Execution))
	return flow.Canceled, nil
}

func (h *fixture) Follow(ctx context.Context, deliveries, executions *query.Query, after string, send func(string, string, any) error) error {
	for name, q := range map[string]*query.Query{"deliveries": deliveries, "executions": executions} {
		if q != nil {
			h.note("follow " + name + " " + q.String() + " after " + after)
		}
	}
	if h.live == nil {
		return send("e-1", "open", struct{}{})
	}
	return h.live(ctx, send)
}

func (h *fixture) Watch(ctx context.Context, id ident.ID, look func() (bool, error)) error {
	h.note("watch " + id.Text(ident.Execution))
	if h.watch != nil {
		return h.watch(ctx, look)
	}
	more, err := look()
	for err == nil && more {
		more, err = look()
	}
	return err
}

func (h *fixture) Listen(ctx context.Context, workflow, path string, ready func() error) (hook.Delivery, bool, error) {
	h.note("listen " + workflow + " " + path)
	if err := ready(); err != nil {
		return hook.Delivery{}, false, err
	}
	if h.heard != nil {
		return *h.heard, true, nil
	}
	<-ctx.Done()
	return hook.Delivery{}, false, nil
}

// PutSample implements Samples.
func (h *fixture) PutSample(workflow string, s store.Sample) error {
	if len(s.Request.Body) > 1000 {
		return fault.New("test", fault.TooLarge, "the sample is too large")
	}
	if h.samples == nil {
		h.samples = map[string]store.Sample{}
	}
	h.samples[workflow] = s
	return nil
}
