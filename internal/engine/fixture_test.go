package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// fake is a node whose run is a function.
type fake struct {
	info   node.Info
	run    func(context.Context, node.Input) (node.Result, error)
	render func(expr.Scope) (value.Value, error) // nil: gives "input"
	holds  func(expr.Scope) (bool, error)        // of a loop
}

func (f *fake) Render(s expr.Scope) (value.Value, error) {
	if f.render != nil {
		return f.render(s)
	}
	return value.String("input"), nil
}

// Holds and AtOnce implement node.Looper.
func (f *fake) Holds(s expr.Scope) (bool, error) { return f.holds(s) }
func (*fake) AtOnce() bool                       { return true }

func (f *fake) Run(ctx context.Context, in node.Input) (node.Result, error) {
	return f.run(ctx, in)
}

// flowOf compiles a list of fakes into a workflow called "test".
func flowOf(options flow.Options, nodes []flow.Node, fakes ...*fake) *document.Compiled {
	c := &document.Compiled{
		Workflow: flow.Workflow{Key: "test", Revision: "r1", Options: options, Nodes: nodes},
		Program:  advance.NewProgram(nodes),
	}
	for _, f := range fakes {
		c.Nodes = append(c.Nodes, f)
		c.Infos = append(c.Infos, f.info)
	}
	run.Prepare(c)
	return c
}

// create returns a node that asks for a record.
func create(about string) *fake {
	return &fake{
		info: node.Info{Type: "record.create", Effect: node.Records},
		run: func(context.Context, node.Input) (node.Result, error) {
			var b value.ObjectBuilder
			b.Set("about", value.String(about))
			return node.Result{Op: &collection.Op{Kind: collection.Create, Collection: "things", Values: b.Value()}}, nil
		},
	}
}

// gives returns a node with a fixed result.
func gives(v value.Value) *fake {
	return &fake{run: func(context.Context, node.Input) (node.Result, error) { return node.Result{Value: v}, nil }}
}

// list names nodes n1, n2, ...
func list(n int) []flow.Node {
	var nodes []flow.Node
	for i := range n {
		nodes = append(nodes, flow.Node{Key: fmt.Sprintf("n%d", i+1), Type: "fake"})
	}
	return nodes
}

// programs holds one or more compiled workflows; a nil one cannot be found.
type programs struct {
	mu      sync.Mutex
	all     []*document.Compiled
	current *document.Compiled // what Current returns
}

func (s *programs) Program(workflow, revision string) (*document.Compiled, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.all {
		if c != nil && c.Workflow.Key == workflow && c.Workflow.Revision == revision {
			return c, nil
		}
	}
	return nil, errors.New("no such revision")
}

func (s *programs) Current(string) *document.Compiled {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// publish makes a revision the current one.
func (s *programs) publish(c *document.Compiled) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all, s.current = append(s.all, c), c
}

type noSecrets struct{}

func (noSecrets) Lookup(string) (vault.Variable, bool) { return vault.Variable{}, false }

// ends collects what ended.
type ends struct{ c chan flow.Execution }

func (e ends) Committed(ident.ID) {}

func (e ends) Ended(x flow.Execution, _ int, _ time.Duration) {
	if x.Status.Final() {
		e.c <- x
	}
}

// harness is an engine over a memory.
type harness struct {
	*engine.Engine
	memory   *memory
	programs *programs
	ended    chan flow.Execution
	ids      *ident.Source
	stopped  bool
}

func open(t *testing.T, m *memory, c *document.Compiled, opt engine.Options) *harness {
	t.Helper()
	return openPrograms(t, m, &programs{all: []*document.Compiled{c}, current: c}, opt)
}

func openPrograms(t *testing.T, m *memory, s *programs, opt engine.Options) *harness {
	t.Helper()
	w := openWith(t, m, s, opt)
	w.programs = s
	return w
}

func openWith(t *testing.T, m *memory, s run.Programs, opt engine.Options) *harness {
	t.Helper()
	w := &harness{memory: m, ended: make(chan flow.Execution, 10_000), ids: ident.NewSource(clock.System(), 0)}
	if opt.Share == 0 {
		opt.Share = 1 // one workflow may have everything
	}
	var err error
	if opt.Lease, err = m.Begin(clock.System().Now()); err != nil {
		t.Fatal(err)
	}
	w.Engine = engine.New(m, s, noSecrets{}, ends{w.ended}, nil, clock.System(), slog.New(slog.DiscardHandler), opt)
	if err := w.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return w
}

// close stops the engine with all the time it needs.
func (w *harness) close(t *testing.T) {
	t.Helper()
	w.stopped = true
	if err := w.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// call accepts an async execution as the front door would.
func (w *harness) call() ident.ID { return w.callOf("test") }

// callOf accepts an async execution of a workflow.
func (w *harness) callOf(workflow string) ident.ID {
	return w.callWith(workflow, "")
}

// callWith accepts an async execution of a workflow, whose call has a body.
func (w *harness) callWith(workflow, body string) ident.ID {
	x := w.execution(workflow, flow.Async)
	d := hook.Delivery{ID: x.Delivery, Request: hook.Request{Method: "POST", ContentType: "text/plain", Body: []byte(body)}}
	if _, err := w.Submit(store.Accept{Execution: x, Delivery: d}, hook.Context{Method: "POST", RawBody: body}, false); err != nil {
		panic(err) // the memory takes everything
	}
	return x.ID
}

// submitSync accepts a sync execution as the front door would.
func (w *harness) submitSync(t *testing.T) (ident.ID, <-chan flow.Execution) {
	t.Helper()
	id, result, _ := w.submitAndWait(t)
	return id, result
}

// submitAndWait is submitSync for a caller who may leave.
func (w *harness) submitAndWait(t *testing.T) (id ident.ID, result <-chan flow.Execution, leave func()) {
	t.Helper()
	x := w.execution("test", flow.Sync)
	_, result, leave, err := w.SubmitAndWait(t.Context(), store.Accept{Execution: x}, hook.Context{})
	if err != nil {
		t.Fatal(err)
	}
	return x.ID, result, leave
}

// stuck submits a sync execution whose write takes until write is called. It has a slot meanwhile.
func (w *harness) stuck(t *testing.T, outcome error) (write func() <-chan flow.Execution) {
	t.Helper()
	x, release, taken := w.execution("test", flow.Sync), make(chan struct{}), make(chan struct{})
	w.memory.stick(x.ID, func() error {
		close(taken)
		<-release
		return outcome
	})
	done := make(chan (<-chan flow.Execution), 1)
	go func() {
		_, result, _, err := w.SubmitAndWait(context.Background(), store.Accept{Execution: x}, hook.Context{})
		if !errors.Is(err, outcome) {
			t.Errorf("submitting failed with %v, want %v", err, outcome)
		}
		done <- result
	}()
	<-taken
	return func() <-chan flow.Execution {
		close(release)
		return <-done
	}
}

func (w *harness) execution(workflow string, mode flow.Mode) flow.Execution {
	return flow.Execution{
		ID: w.ids.Next(), Delivery: w.ids.Next(), Workflow: workflow, Revision: "r1", Mode: mode, Status: flow.Queued,
		CreatedAt: clock.System().Now(),
	}
}
