package script_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/script"
	sandbox "hookline.dev/hookline/internal/script"
	"hookline.dev/hookline/internal/value"
)

func TestKind(t *testing.T) {
	pool, err := sandbox.New(sandbox.Options{Command: workerCommand(t), Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	nodetest.Run(t, script.New(pool, script.Defaults{}))
}

// runner is a Runner that records its input.
type runner struct {
	workflow string // of the run as it waits for a worker
	got      sandbox.Run
	give     func(context.Context) (sandbox.Outcome, error)
}

func (r *runner) Do(ctx context.Context, run sandbox.Run) (sandbox.Outcome, error) {
	r.workflow = run.Workflow
	if r.got = run; run.Gather != nil {
		if err := run.Gather(&r.got); err != nil {
			return sandbox.Outcome{}, err
		}
	}
	return r.give(ctx)
}

// variables is an expr.Scope of fixed variables, by "root.name".
type variables map[string]string

func (v variables) Var(root, name string) (value.Value, error) {
	return value.Trusted(v[root+"."+name]), nil
}

func compile(t *testing.T, r script.Runner, config string, earlier ...string) node.Node {
	t.Helper()
	n, problems := script.New(r, script.Defaults{}).Compile(value.Trusted(config), node.About{Key: "check", Earlier: earlier})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return n
}

func TestTheScriptIsGivenWhatItMaySeeAndNoMore(t *testing.T) {
	r := &runner{give: func(context.Context) (sandbox.Outcome, error) { return sandbox.Outcome{Value: value.Null()}, nil }}
	n := compile(t, r, `{"source":"return 1","env":["TOKEN"],"timeout":"2s","memory":"8MiB"}`, "first", "gone")
	scope := variables{
		"context.data": `{"a":1.0}`, "context.headers": `{"x":"y"}`, "context.method": `"POST"`,
		"context.rawBody": `"{\"a\":1.0}\n"`, "nodes.first": `[1]`, "nodes.second": `[2]`,
		"env.TOKEN": `"t0ken"`, "env.OTHER": `"hidden"`,
	}
	if _, err := n.Run(t.Context(), node.Input{Value: value.Trusted(`{}`), Scope: scope}); err != nil {
		t.Fatal(err)
	}
	have := map[string]string{
		"context": r.got.Context.Text(), "nodes": r.got.Nodes.Text(), "body": r.got.Body, "source": r.got.Source,
		"env": r.got.Env["TOKEN"], "timeout": r.got.Timeout.String(), "memory": value.Int(r.got.Memory).Text(),
	}
	want := map[string]string{
		"context": `{"headers":{"x":"y"},"method":"POST","rawBody":"{\"a\":1.0}\n"}`, "nodes": `{"first":[1]}`,
		"body": "{\"a\":1.0}\n", "source": "return 1", "env": "t0ken", "timeout": "2s", "memory": "8388608",
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
	if len(r.got.Env) != 1 {
		t.Errorf("env has %d names, want the declared one", len(r.got.Env))
	}
}

func TestTheEndOfARunBecomesAFailureWithACode(t *testing.T) {
	for name, test := range map[string]struct {
		end   sandbox.Error
		code  string
		final bool
	}{
		"threw":     {sandbox.Error{Kind: sandbox.Threw, Name: "Error", Message: "Invalid signature", Line: 3}, flow.CodeError, false},
		"syntax":    {sandbox.Error{Kind: sandbox.Syntax, Name: "SyntaxError", Message: "x"}, flow.CodeError, true},
		"time":      {sandbox.Error{Kind: sandbox.Timeout, Message: "x"}, flow.CodeTimeout, false},
		"memory":    {sandbox.Error{Kind: sandbox.Memory, Message: "x"}, flow.CodeError, false},
		"too large": {sandbox.Error{Kind: sandbox.TooLarge, Message: "x"}, flow.CodeTooLarge, true},
		"killed":    {sandbox.Error{Kind: sandbox.Killed, Message: "x"}, flow.CodeError, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &runner{give: func(context.Context) (sandbox.Outcome, error) {
				return sandbox.Outcome{Log: []sandbox.Line{{Level: "warn", Text: "so far"}}}, &test.end
			}}
			_, err := compile(t, r, `{"source":"return 1"}`).Run(t.Context(), node.Input{Scope: variables{}})
			var have *node.Failure
			if !errors.As(err, &have) {
				t.Fatalf("error is %v, want a *node.Failure", err)
			}
			want := node.Failure{Code: test.code, Message: test.end.Error(), Final: test.final, Log: []flow.LogLine{{Level: "warn", Text: "so far"}}}
			if diff := cmp.Diff(want, *have, cmp.Comparer(value.Value.Same)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The workers are dealt to workflows, so a run says whose it is before it has one.
func TestARunNamesItsWorkflow(t *testing.T) {
	r := &runner{give: func(context.Context) (sandbox.Outcome, error) { return sandbox.Outcome{Value: value.Null()}, nil }}
	scope := variables{"system.workflow": `"orders"`, "context.data": `null`}
	if _, err := compile(t, r, `{"source":"return 1"}`).Run(t.Context(), node.Input{Scope: scope}); err != nil || r.workflow != "orders" {
		t.Errorf("the workflow is %q, %v", r.workflow, err)
	}
}

func TestACanceledRunIsNoFailureOfTheScript(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := &runner{give: func(context.Context) (sandbox.Outcome, error) {
		cancel()
		return sandbox.Outcome{}, &sandbox.Error{Kind: sandbox.Canceled, Message: "x"}
	}}
	_, err := compile(t, r, `{"source":"return 1"}`).Run(ctx, node.Input{Scope: variables{}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
}

// checker is a Runner whose Check returns a given error.
type checker struct {
	runner
	end error
}

func (c *checker) Check(context.Context, string) error { return c.end }

func TestOnlyABrokenSourceIsAProblem(t *testing.T) {
	for name, test := range map[string]struct {
		end  error
		want int
	}{
		"compiles":  {nil, 0},
		"syntax":    {&sandbox.Error{Kind: sandbox.Syntax, Message: "x"}, 1},
		"no worker": {&sandbox.Error{Kind: sandbox.Killed, Message: "x"}, 0},
		"time":      {&sandbox.Error{Kind: sandbox.Timeout, Message: "x"}, 0},
	} {
		_, problems := script.New(&checker{end: test.end}, script.Defaults{}).Compile(value.Trusted(`{"source":"return 1"}`), node.About{})
		if len(problems) != test.want {
			t.Errorf("%s: problems are %v, want %d", name, problems, test.want)
		}
	}
}

func TestASourceOverTheLimitIsAProblem(t *testing.T) {
	config := `{"source":"` + strings.Repeat(" ", sandbox.MaxSource+1) + `"}`
	pool, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if _, problems := script.New(pool, script.Defaults{}).Compile(value.Trusted(config), node.About{}); len(problems) != 1 {
		t.Errorf("problems are %v, want one", problems)
	}
}
