package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/api/apitest"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowmatch"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/watch"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == workerVerb { // a server in these tests starts its script workers
		os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){
		"hookline": func() { os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script: typed commands and their output. $URL is a real API over the small fixture
// below, and data is its data directory.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			server := httptest.NewServer(api.New(newFixture().deps()))
			env.Defer(server.Close)
			env.Setenv("URL", server.URL)
			env.Setenv("HOST", strings.TrimPrefix(server.URL, "http://"))
			env.Setenv("TZ", "UTC")
			data := filepath.Join(env.WorkDir, "hookline-data")
			if err := os.Mkdir(data, 0o700); err != nil {
				return err
			}
			address := []byte(`{"api":"` + server.URL + `","hooks":"` + server.URL + `"}`)
			if err := os.WriteFile(filepath.Join(data, addressFile), address, 0o600); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(data, tokenFile), []byte(fixtureToken+"\n"), 0o600)
		},
	})
}

const fixtureToken = "a-token-for-tests-only"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// fixture holds the immutable data of a small server.
type fixture struct {
	*watch.Hub
	*apitest.Records
}

func newFixture() fixture {
	h := fixture{watch.NewHub(), apitest.NewRecords(noon)}
	values := value.Trusted(`[{"branch":"main","price":1.10,"n":7},{"branch":"next","more":{"z":1.0}}]`)
	if _, err := h.Write(collection.Op{Kind: collection.Create, Collection: "pushes", Values: values}); err != nil {
		panic(err)
	}
	return h
}

func (h fixture) deps() api.Deps {
	return api.Deps{
		Workflows: h, Executions: h, Deliveries: h, Retries: fixtureRetries{}, Replays: h, Bulks: fixtureBulks{h, apitest.NewBulks(noon)}, Passes: h, Explains: h, Records: h, Collections: h, Channels: fixtureChannels{}, Engine: h, Live: h, Samples: h, Accounts: apitest.NewAccounts(fixtureToken, time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)), Backups: h,
		Drafts: fixtureDrafts{fixture: h}, Documents: fixtureDocuments{},
		Statistics: apitest.NewStatistics(noon), Room: func() error { return nil }, Backlog: 100,
		Variables: fixtureVariables{}, Audit: fixtureAudit{},
		Stats:   func() map[string]int64 { return nil },
		Ready:   func() error { return nil },
		BaseURL: func() string { return "http://127.0.0.1:13000" },
		Clock:   clock.System(), Log: slog.New(slog.DiscardHandler), Version: "test",
	}
}

func (h fixture) Workflows() ([]api.Published, error) {
	hello := api.Published{Workflow: flow.Workflow{Key: "hello", Enabled: false, Trigger: flow.Trigger{Type: "webhook", Mode: flow.Sync, Methods: []string{"GET", "POST"}}}}
	push := api.Published{
		Workflow: flow.Workflow{
			Key: "github-push", Title: "Deploy on push", Enabled: true, Revision: "0f1e2d",
			Trigger: flow.Trigger{Type: "webhook", Mode: flow.Async, Methods: []string{"POST"}, Path: "/github/{owner}",
				Auth: flow.Auth{Gates: flow.Gates{Basic: &flow.BasicAuth{}}}},
			Nodes:    []flow.Node{{Key: "save"}},
			Document: value.Trusted(`{"workflow":"github-push","nodes":[{"key":"save","type":"record.create"}]}`),
		},
		Source: "push.yaml", UpdatedAt: noon,
	}
	return []api.Published{push, hello}, nil
}

func (h fixture) Workflow(key string) (api.Published, error) {
	all, _ := h.Workflows()
	for _, w := range all {
		if w.Key == key {
			return w, nil
		}
	}
	return api.Published{}, fault.New("test", fault.NotFound, "there is no workflow %q", key)
}

func (h fixture) SetEnabled(key string, _ bool) error { _, err := h.Workflow(key); return err }

// Begin implements api.Backups. What it sends is no backup.
func (h fixture) Begin(context.Context) (api.Backup, error) { return noBackup{}, nil }

type noBackup struct{}

func (noBackup) Write(to io.Writer, _ bool) error {
	_, err := io.WriteString(to, strings.Repeat("no backup ", 100))
	return err
}

func (noBackup) Close() {}

func fixtureExecution() flow.Execution {
	return flow.Execution{
		ID: 77, Workflow: "github-push", Revision: "0f1e2d", Delivery: 55, Mode: flow.Async, Status: flow.Failed,
		Error:     &flow.Error{Code: flow.CodeError, Message: "collection pushes is unknown", Node: "save"},
		CreatedAt: noon, StartedAt: noon, FinishedAt: noon.Add(42 * time.Millisecond),
		Labels: []flow.Label{{Name: "customer", Value: "42"}, {Name: "region", Value: "eu"}},
	}
}

func (h fixture) Executions(_ context.Context, l store.Listing) (page store.Page[flow.Execution], err error) {
	waiting := fixtureExecution()
	waiting.ID, waiting.Status, waiting.Error, waiting.FinishedAt = 76, flow.Waiting, nil, time.Time{}
	m := rowmatch.ForExecutions(l.Query)
	if m.NeedsCall() && l.Before == 0 { // a search that is cut before it finds anything
		return store.Page[flow.Execution]{Next: 77, Cut: true, Rows: 1, Skipped: 1}, nil
	}
	for _, x := range []flow.Execution{fixtureExecution(), waiting} {
		if m.Row(&x) && m.Labels(&x) {
			page.Items = append(page.Items, x)
		}
	}
	if len(page.Items) > l.Limit {
		page.Items = page.Items[:l.Limit]
		page.Next = page.Items[l.Limit-1].ID
	}
	return page, nil
}

func (h fixture) Execution(ctx context.Context, id ident.ID) (flow.Execution, error) {
	l, err := h.Load(ctx, id)
	return l.Execution, err
}

func (h fixture) Load(ctx context.Context, id ident.ID) (store.Loaded, error) {
	if id == 78 {
		return long(), nil
	}
	if id != 77 {
		return store.Loaded{}, fault.New("test", fault.NotFound, "there is no execution %s", id.Text(ident.Execution))
	}
	d, _ := h.Delivery(ctx, 55)
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	return store.Loaded{Execution: fixtureExecution(), Delivery: d, Steps: []flow.Step{
		{N: 1, Path: "is_main", Node: "is_main", Type: "condition", Attempt: 1, Status: flow.Succeeded,
			Input: value.Trusted(`{"left":"refs/heads/main","op":"equal"}`), Result: value.Bool(true), Branch: "then", StartedAt: noon, FinishedAt: at(1)},
		{N: 2, Path: "check", Node: "check", Type: "script", Attempt: 1, Status: flow.Succeeded,
			Result:    value.Trusted(`{"big":9007199254740993,"text":"a fairly long text, so that it does not fit on a single line of the terminal","n":1.0}`),
			Log:       []flow.LogLine{{Level: "info", Text: "hello \x1b[31mred"}},
			StartedAt: at(1), FinishedAt: at(15)},
		{N: 3, Path: "save", Node: "save", Type: "record.create", Attempt: 2, Status: flow.Failed,
			Input: value.Trusted(`{"branch":"main"}`), Error: fixtureExecution().Error, StartedAt: at(15), FinishedAt: at(42)},
	}}, nil
}

func (h fixture) Steps(ctx context.Context, q store.StepQuery) (page store.StepPage, err error) {
	l, err := h.Load(ctx, q.Execution)
	for _, s := range l.Steps {
		if s.N > q.After && len(page.Steps) < q.Limit {
			page.Steps = append(page.Steps, store.SizedStep{Step: s})
		}
	}
	if len(page.Steps) == q.Limit {
		page.Next = page.Steps[q.Limit-1].N
	}
	return page, err
}

func (h fixture) Step(context.Context, ident.ID, int) (flow.Step, error) { return flow.Step{}, nil }

func (h fixture) StepCounts(context.Context, ident.ID) ([]store.NodeCount, error) { return nil, nil }

// long returns an execution whose steps do not fit into one response of the API.
func long() store.Loaded {
	x := fixtureExecution()
	x.ID, x.Status, x.Error = 78, flow.Succeeded, nil
	l := store.Loaded{Execution: x}
	for n := range 1203 {
		l.Steps = append(l.Steps, flow.Step{N: n + 1, Path: "tick", Node: "tick", Type: "set", Attempt: 1, Status: flow.Succeeded})
	}
	return l
}

// Deliveries returns one delivery with each outcome.
func (h fixture) Deliveries(ctx context.Context, l store.Listing) (page store.Page[hook.Delivery], err error) {
	d, _ := h.Delivery(ctx, 55)
	rejected, stray, again := d, d, d
	rejected.ID, rejected.Execution, rejected.Outcome, rejected.Gate, rejected.Status = 54, 0, hook.Rejected, "basic", 401
	rejected.Reason = "no Authorization header"
	stray.ID, stray.Execution, stray.Outcome, stray.Workflow, stray.Status = 53, 0, hook.Unmatched, "", 404
	stray.Request.Path, stray.Reason = "/api/webhooks/github-pusch", "no enabled workflow has this address; the nearest is github-push"
	again.ID, again.ReplayOf = 52, 55
	m := rowmatch.ForDeliveries(query.Query{Terms: slices.DeleteFunc(slices.Clone(l.Query.Terms), func(t query.Term) bool { return t.Field == "since" || t.Field == "until" })})
	for _, d := range []hook.Delivery{d, rejected, stray, again} {
		out := slices.ContainsFunc(l.Query.Terms, func(t query.Term) bool { // the ids of this fixture are not of the time of its calls
			return t.Field == "since" && noon.UnixMicro() < t.Any[0].Min || t.Field == "until" && noon.UnixMicro() > t.Any[0].Max
		})
		if !out && m.Row(&d) && (l.Before == 0 || d.ID < l.Before) {
			page.Items = append(page.Items, d)
		}
	}
	if l.Limit > 0 && len(page.Items) > l.Limit {
		page.Items = page.Items[:l.Limit]
		page.Next = page.Items[l.Limit-1].ID
	}
	return page, nil
}

func (h fixture) ReplayPassing(_ context.Context, d hook.Delivery) (hook.Delivery, error) {
	return h.Replay(d, true)
}

func (fixture) WouldPass(_ context.Context, d hook.Delivery) api.Passing {
	return api.Passing{Passes: d.Outcome == hook.Rejected, Unknown: d.Outcome == hook.Accepted, Gate: "head"}
}

func (h fixture) Replay(d hook.Delivery, newest bool) (hook.Delivery, error) {
	d.ReplayOf, d.ID, d.Execution = d.ID, 99, 98
	if !newest {
		d.Execution = 97
	}
	return d, nil
}

func (h fixture) Explain(context.Context, hook.Delivery) (api.Explanation, error) {
	return api.Explanation{Route: "/api/webhooks/github-push", Today: []api.Verdict{{Gate: "signature", Reason: "mismatch"}},
		Hypotheses: []api.Hypothesis{{Code: "other-secret", Message: "the secret of workflow other fits"}},
		Variables:  api.JSON{Value: value.Trusted(`{"data":{"n":1.0}}`)}}, nil
}

func (h fixture) Delivery(ctx context.Context, id ident.ID) (hook.Delivery, error) {
	return hook.Delivery{
		ID: id, Workflow: "github-push", Outcome: hook.Accepted, Gate: "accept", Execution: 77, Status: 200, Took: 1234 * time.Microsecond,
		Revision: "0f1e2d", DedupeKey: "72d3162e", Chain: []string{"10.0.0.1", "192.0.2.7"},
		Verdicts: []hook.Verdict{{Gate: "basic", Passed: true}, {Gate: "signature", Observed: true, Reason: "mismatch", Detail: "no secret fits"}},
		Request: hook.Request{
			Method: "POST", Path: "/api/webhooks/github-push", Query: "a=1", IP: "192.0.2.7", ReceivedAt: noon,
			Headers: []hook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Github-Event", Value: "push"}},
			Body:    []byte(`{"ref":"refs/heads/main", "n": 1.0,"big":9007199254740993,"esc":"\u003c\/"}`),
		},
	}, nil
}

// fixtureBulks plans bulk actions.
type fixtureBulks struct {
	h fixture
	*apitest.BulkActions
}

func (f fixtureBulks) Plan(ctx context.Context, r api.BulkRequest) (out api.BulkFound, err error) {
	out = api.BulkFound{BulkCounts: api.BulkCounts{ByWorkflow: []api.WorkflowCount{}, ByState: map[string]int{}, Complete: r.Q != "until:2026-03-05", Searched: 4}}
	if !out.Complete {
		out.Next = 55
	}
	of, kind := query.Executions, store.BulkKind(r.Kind)
	if kind == store.BulkReplay {
		of = query.Deliveries
	}
	q, err := query.Parse(of, r.Q, noon)
	if err != nil {
		return out, err
	}
	if kind == store.BulkReplay {
		page, _ := f.h.Deliveries(ctx, store.Listing{Query: q})
		for _, d := range page.Items {
			if d.Outcome == hook.Accepted && d.ReplayOf == 0 && !r.Passing || d.Outcome == hook.Rejected && (r.Force || r.Passing) {
				out.ByState[string(d.Outcome)]++
				out.Action.Count++
			}
		}
	} else {
		page, _ := f.h.Executions(ctx, store.Listing{Query: q, Limit: 10})
		for _, x := range page.Items {
			if x.Status.Final() == (kind == store.BulkRetry) {
				out.ByState[string(x.Status)]++
				out.Action.Count++
			}
		}
	}
	if out.Action.Count == 0 {
		return out, nil
	}
	if kind == store.BulkRetry {
		out.Effects = &api.BulkEffects{Sample: 50, SendAgain: 31, WriteAgain: 4, CannotRun: 1, Reason: "the workflow is disabled"}
	}
	out.ByWorkflow = []api.WorkflowCount{{Workflow: "github-push", Count: out.Action.Count}}
	out.Action.Kind, out.Action.Query, out.Action.By, out.Action.Workflows = kind, q.String(), r.By, []string{"github-push"}
	out.Action, err = f.Bulk(ctx, f.Add(out.Action))
	return out, err
}

// fixtureRetries plans retries.
type fixtureRetries struct{}

func (fixtureRetries) Plan(_ context.Context, r api.RetryRequest) (api.RetryPlan, error) {
	plan := api.RetryPlan{Possible: true, From: r.From, Status: "failed", Revision: "abc", EffectCount: 2, AgainCount: 1,
		Effects: []api.RetryEffect{
			{Kind: "sent", Path: "ask", Type: "request", Target: "POST https://shop.example/orders", Outcome: "answered 201"},
			{Kind: "written", Path: "save", Type: "record.create", Target: "pushes", Outcome: "created record 17", Again: true},
		},
		Again: []api.RetryStep{{Path: "save", Node: "save", Type: "record.create"}}}
	if r.From == "nope" {
		plan.Possible, plan.Refused = false, "no step nope has run"
	}
	return plan, nil
}

func (fixtureRetries) Retry(context.Context, api.RetryRequest) error { return nil }

func (h fixture) Cancel(ident.ID) (flow.Status, error) {
	return "", fault.New("test", fault.Conflict, "it has failed already")
}

// Listen hears the newest call at once.
func (h fixture) Listen(ctx context.Context, workflow, _ string, ready func() error) (hook.Delivery, bool, error) {
	if err := ready(); err != nil {
		return hook.Delivery{}, false, err
	}
	all, err := h.Deliveries(ctx, store.Listing{})
	return all.Items[0], workflow != "hello", err
}

// PutSample implements api.Samples.
func (h fixture) PutSample(string, store.Sample) error { return nil }

// Follow sends two deliveries and ends.
func (h fixture) Follow(ctx context.Context, deliveries, executions *query.Query, after string, send func(string, string, any) error) error {
	if after != "" {
		return fault.New("test", fault.Forbidden, "the stream has ended")
	}
	all, _ := h.Deliveries(ctx, store.Listing{})
	hub := watch.NewHub()
	err := hub.Follow(ctx, deliveries, executions, "", func(id, name string, data any) error {
		err := send(id, name, data)
		if name == "open" {
			hub.Delivered(all.Items[1])
			hub.Delivered(all.Items[0])
			hub.Ended(fixtureExecution(), 3, 42*time.Millisecond)
			hub.Close()
		}
		return err
	})
	return errors.Join(err, send("e-9", "dropped", watch.Dropped{Count: 2}))
}
