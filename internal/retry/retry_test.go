package retry

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// fixture is an execution of ask (a request), save (a record), tell (a message), which fails at the end.
type fixture struct {
	x       store.Loaded
	current *document.Compiled
	put     []store.Retry
}

func compiled(revision string, keys ...string) *document.Compiled {
	var nodes []flow.Node
	for _, k := range keys {
		key, config, _ := strings.Cut(k, "=")
		nodes = append(nodes, flow.Node{Key: key, Type: key, Config: value.String(config)})
	}
	return &document.Compiled{Workflow: flow.Workflow{Key: "orders", Revision: revision, Nodes: nodes}, Program: advance.NewProgram(nodes)}
}

func (f *fixture) Program(_, revision string) (*document.Compiled, error) {
	return compiled(revision, "ask", "save", "tell", "end"), nil
}

func (f *fixture) Current(string) *document.Compiled { return f.current }

func (f *fixture) planner() *Planner {
	return &Planner{
		Load: func(_ context.Context, id ident.ID) (store.Loaded, error) {
			if id != f.x.Execution.ID {
				return store.Loaded{}, fault.New("test", fault.NotFound, "no execution")
			}
			return f.x, nil
		},
		Programs: f,
		Effect: func(kind string) node.Effect {
			return map[string]node.Effect{"ask": node.Outbound, "tell": node.Outbound, "save": node.Records}[kind]
		},
		Put: func(r store.Retry) error { f.put = append(f.put, r); return nil },
	}
}

func failed() *fixture {
	step := func(n int, key, input, result string, status flow.Status) flow.Step {
		s := flow.Step{N: n, Path: key, Node: key, Type: key, Attempt: 1, Status: status, FinishedAt: noon}
		if input != "" {
			s.Input = value.Trusted(input)
		}
		if result != "" {
			s.Result = value.Trusted(result)
		}
		return s
	}
	end := step(4, "end", "", "", flow.Failed)
	end.Ends, end.Error = flow.Failed, &flow.Error{Code: "error", Message: "no"}
	return &fixture{x: store.Loaded{
		Execution: flow.Execution{ID: 7, Workflow: "orders", Revision: "r1", Status: flow.Failed, Reply: &hook.Reply{Status: 202}},
		Steps: []flow.Step{
			step(1, "ask", `{"method":"POST","url":"https://shop.example/orders","auth":{"bearer":{"$secret":"{{$env.T}}"}}}`, `{"status":201}`, flow.Succeeded),
			step(2, "save", `{"collection":"pushes"}`, `{"id":17}`, flow.Succeeded),
			step(3, "tell", `{"channel":"ops","to":["a@example.com"]}`, `{"sent":1}`, flow.Succeeded),
			end,
		},
	}}
}

func TestAPlanSaysWhatWasSentAndWhatRunsAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		request Request
		status  flow.Status
		current *document.Compiled
		again   string
		effects string // path target: outcome; with * if it happens again
		on      string
		refused string
	}{
		{name: "the failed step", again: "end", on: "r1",
			effects: "ask POST https://shop.example/orders: answered 201|save pushes: saved record 17|tell ops to [\"a@example.com\"]: sent 1"},
		{name: "a step", request: Request{From: "save"}, again: "save tell end", on: "r1",
			effects: "ask POST https://shop.example/orders: answered 201|save pushes: saved record 17*|tell ops to [\"a@example.com\"]: sent 1*"},
		{name: "the start", request: Request{From: Start, Revision: Newest}, current: compiled("r2", "other"), again: "ask save tell end", on: "r2"},
		{name: "the newest by itself", current: compiled("r2", "ask", "save", "tell", "end=changed"), again: "end", on: "r2"},
		{name: "the newest is not the same", current: compiled("r2", "ask=changed", "save", "tell", "end"), again: "end", on: "r1"},
		{name: "the newest must be the same", request: Request{Revision: Newest}, current: compiled("r2", "ask=changed", "save", "tell", "end"), on: "r1",
			refused: "the step ask, which has run, is not the same there; retry it from the start"},
		{name: "the newest of a disabled workflow", request: Request{Revision: Newest}, on: "r1", refused: "workflows enable orders"},
		{name: "the same", request: Request{Revision: Same}, current: compiled("r2", "ask", "save", "tell", "end=changed"), again: "end", on: "r1"},
		{name: "a step that is not there", request: Request{From: "nope"}, on: "r1", refused: "no step nope"},
		{name: "one that has succeeded", status: flow.Succeeded, on: "r1", refused: "replay its delivery"},
		{name: "one that runs", status: flow.Running, on: "r1", refused: "cancel it first"},
		{name: "too much input", request: Request{Data: value.String(strings.Repeat("x", MaxData))}, on: "r1", refused: "the limit is 10485760"},
		{name: "a revision that is none", request: Request{Revision: "r7"}, on: "r1", refused: `"r7" is neither same nor newest`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := failed()
			f.current = c.current
			if c.status != "" {
				f.x.Execution.Status = c.status
			}
			c.request.Execution = 7
			plan, err := f.planner().Plan(t.Context(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			if (c.refused == "") != (plan.Refused == "") || !strings.Contains(plan.Refused, c.refused) {
				t.Fatalf("refused: %q, want %q", plan.Refused, c.refused)
			}
			var paths, done []string
			for _, a := range plan.Again {
				paths = append(paths, a.Path)
			}
			for _, e := range plan.Effects {
				text := e.Path + " " + e.Target + ": " + e.Outcome
				if e.Again {
					text += "*"
				}
				done = append(done, text)
			}
			if got := strings.Join(paths, " "); got != c.again {
				t.Errorf("%s runs again, want %s", got, c.again)
			}
			if got := strings.Join(done, "|"); c.effects != "" && got != c.effects {
				t.Errorf("it did %s, want %s", got, c.effects)
			}
			if plan.Revision != c.on || plan.Answer.Status != 202 || len(plan.Effects) != 3 {
				t.Errorf("%+v", plan)
			}
			_, err = f.planner().Retry(t.Context(), c.request)
			if (err == nil) != (c.refused == "") || (len(f.put) == 1) != (c.refused == "") {
				t.Errorf("the retry: %v, %d writes", err, len(f.put))
			}
		})
	}
}

func TestTheWriteHasWhatThePlanSaw(t *testing.T) {
	f := failed()
	f.current = compiled("r2", "ask", "save", "tell", "end")
	if _, err := f.planner().Retry(t.Context(), Request{Execution: 7, From: "tell", Revision: Newest, Data: value.Trusted(`{"b":1.0}`), By: "ann"}); err != nil {
		t.Fatal(err)
	}
	got := f.put[0]
	if got.Planned != 4 || got.Rerun.From != "tell" || got.Rerun.Revision != "r2" || got.Rerun.By != "ann" || got.Rerun.Data.Text() != `{"b":1.0}` ||
		len(got.Rerun.Dropped) != 1 || got.Rerun.Dropped[0] != (flow.Rows{First: 3, Last: 4}) {
		t.Errorf("%+v", got)
	}
	if _, err := f.planner().Retry(t.Context(), Request{Execution: 8}); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

func TestABulkActionRetriesAnExecutionOnceAsItWas(t *testing.T) {
	const action, other = ident.ID(90), ident.ID(91)
	marker := func(bulk ident.ID) flow.Step {
		return flow.Step{N: 5, Type: flow.MarkerRetry, Round: 1, Input: flow.Rerun{Bulk: bulk}.Value()}
	}
	for _, c := range []struct {
		name     string
		status   flow.Status
		finished time.Time
		steps    []flow.Step
		refused  string
		writes   int
	}{
		{name: "as it was", status: flow.Failed, finished: noon, writes: 1},
		{name: "ended since", status: flow.Failed, finished: noon.Add(time.Microsecond), refused: "ended again since"},
		{name: "running now", status: flow.Running, refused: "the execution is running"},
		{name: "retried by this action, running", status: flow.Running, steps: []flow.Step{marker(action)}},
		{name: "retried by this action, failed again", status: flow.Failed, finished: noon.Add(time.Hour), steps: []flow.Step{marker(action)}},
		{name: "retried by another action before", status: flow.Failed, finished: noon, steps: []flow.Step{marker(other)}, writes: 1},
		{name: "retried by hand before", status: flow.Failed, finished: noon, steps: []flow.Step{marker(0)}, writes: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := failed()
			f.x.Execution.Status, f.x.Execution.FinishedAt = c.status, c.finished
			f.x.Steps = append(f.x.Steps, c.steps...)
			_, err := f.planner().Retry(t.Context(), Request{Execution: 7, ChosenAt: noon, Bulk: action, By: "ann"})
			if c.refused == "" && err != nil || c.refused != "" && (!fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), c.refused)) {
				t.Errorf("%v, want %q", err, c.refused)
			}
			if len(f.put) != c.writes {
				t.Fatalf("%d writes, want %d", len(f.put), c.writes)
			}
			if c.writes == 1 && (f.put[0].Rerun.Bulk != action || !f.put[0].EndedBy.Equal(noon)) {
				t.Errorf("%+v", f.put[0])
			}
		})
	}
}
