package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// fake is a node whose run is a function.
type fake struct {
	info node.Info
	run  func(context.Context, node.Input) (node.Result, error)
}

func (f *fake) Render(expr.Scope) (value.Value, error) { return value.String("input"), nil }
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
	engine.Prepare(c)
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

type one struct{ compiled *document.Compiled }

func (o one) Program(string, string) (*document.Compiled, error) {
	if o.compiled == nil {
		return nil, errors.New("no such revision")
	}
	return o.compiled, nil
}

type noSecrets struct{}

func (noSecrets) Lookup(string) (string, bool) { return "", false }
func (noSecrets) Scrub(text string) string     { return text }

// ends collects what ended.
type ends struct{ c chan flow.Execution }

func (e ends) Ended(x flow.Execution, _ int, _ time.Duration) {
	if x.Status.Final() {
		e.c <- x
	}
}

// world is an engine over a memory.
type world struct {
	*engine.Engine
	memory *memory
	ended  chan flow.Execution
	ids    *ident.Source
}

func open(t *testing.T, m *memory, c *document.Compiled, opt engine.Options) *world {
	t.Helper()
	w := &world{memory: m, ended: make(chan flow.Execution, 10_000), ids: ident.NewSource(clock.System(), 0)}
	w.Engine = engine.New(m, one{c}, noSecrets{}, ends{w.ended}, clock.System(), slog.New(slog.NewTextHandler(io.Discard, nil)), opt)
	if err := w.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return w
}

// close stops the engine with all the time it needs.
func (w *world) close(t *testing.T) {
	t.Helper()
	if err := w.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// call accepts an async execution as the front door would.
func (w *world) call() ident.ID {
	x := flow.Execution{ID: w.ids.Next(), Workflow: "test", Revision: "r1", Mode: flow.Async, Status: flow.Queued, CreatedAt: clock.System().Now()}
	owner, ok := w.Reserve()
	x.Owner = owner
	d := hook.Delivery{Request: hook.Request{Method: "POST"}}
	w.memory.accept(store.Claimed{Execution: x, Delivery: d})
	if ok {
		w.Take(x, hook.Context{})
	} else {
		w.Left()
	}
	return x.ID
}

func TestAShortWorkflowCostsOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(2), gives(value.Bool(true)), create("x")), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		if x.Status != flow.Succeeded || w.memory.commits != 1 || len(w.memory.records) != 1 {
			t.Fatalf("%s after %d commits with %d records", x.Status, w.memory.commits, len(w.memory.records))
		}
		got, _ := w.memory.Load(id)
		if len(got.Steps) != 2 || got.Steps[1].Result.Get("about").Text() != `"x"` || got.Execution.Status != flow.Succeeded {
			t.Fatalf("stored %+v", got)
		}
	})
}

func TestRecordsAreWrittenOnceHoweverCommitsFail(t *testing.T) {
	for _, mode := range []string{"before", "after"} {
		for n := 1; n <= 6; n++ {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				m.fail = func(i int) string {
					if i == n || i == n+2 {
						return mode
					}
					return ""
				}
				c := flowOf(flow.Options{}, list(4), create("a"), gives(value.Null()), create("b"), gives(value.Null()))
				w := open(t, m, c, engine.Options{})
				defer w.close(t)
				id := w.call()
				x := <-w.ended
				got, _ := m.Load(id)
				if x.Status != flow.Succeeded || got.Execution.Status != flow.Succeeded || len(m.records) != 2 || len(got.Steps) != 4 {
					t.Fatalf("%s at %d: %s, %d records, %d steps", mode, n, got.Execution.Status, len(m.records), len(got.Steps))
				}
			})
		}
	}
}

func TestABrokenRuleFailsTheStepAndOnlyIt(t *testing.T) {
	for _, c := range []struct {
		onError flow.OnError
		want    flow.Status
		records int
	}{{flow.OnErrorFail, flow.Failed, 0}, {flow.OnErrorContinue, flow.Succeeded, 1}, {flow.OnErrorBranch, flow.Succeeded, 1}} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			m.rule = func(op *collection.Op) *collection.Violation {
				if op.Values.Get("about").Text() == `"bad"` {
					return &collection.Violation{Code: "unique", Field: "about", Message: "about: bad is taken"}
				}
				return nil
			}
			nodes := list(2)
			nodes[0].OnError = c.onError
			nodes[0].Retry = flow.Retry{Attempts: 3, Delay: time.Second}
			w := open(t, m, flowOf(flow.Options{}, nodes, create("bad"), create("good")), engine.Options{})
			defer w.close(t)
			id := w.call()
			x := <-w.ended
			got, _ := m.Load(id)
			if x.Status != c.want || len(m.records) != c.records || got.Steps[0].Status != flow.Failed || got.Steps[0].Error.Code != "unique" {
				t.Fatalf("%s: %s, %d records, %+v", c.onError, x.Status, len(m.records), got.Steps)
			}
		})
	}
}

func TestAFailedAttemptWaitsInTheTableAndHoldsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int32
		flaky := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			if attempts.Add(1) < 3 {
				return node.Result{}, errors.New("down")
			}
			return node.Result{Value: value.Int(int64(in.Attempt))}, nil
		}}
		nodes := list(1)
		nodes[0].Retry = flow.Retry{Attempts: 3, Delay: time.Minute, Factor: 2}
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, nodes, flaky), engine.Options{Slots: 1})
		defer w.close(t)
		began := clock.System().Now()
		id := w.call()
		synctest.Wait()
		if got, _ := m.Load(id); got.Execution.Status != flow.Waiting || got.Execution.Owner != 0 || w.Stats().Running != 0 {
			t.Fatalf("%+v, %d slots taken", got.Execution, w.Stats().Running)
		}
		x := <-w.ended
		took := clock.System().Now().Sub(began)
		if x.Status != flow.Succeeded || took < 3*time.Minute || took > 3*time.Minute+10*time.Second {
			t.Fatalf("%s after %s", x.Status, took)
		}
		got, _ := m.Load(id)
		if len(got.Steps) != 3 || got.Steps[2].Attempt != 3 || got.Steps[2].Result.Text() != "3" {
			t.Fatalf("journal %+v", got.Steps)
		}
	})
}

func TestTheOwnerOfAnEarlierLifeWritesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, began := make(chan struct{}), make(chan struct{}, 2)
		var first atomic.Bool
		slow := &fake{run: func(context.Context, node.Input) (node.Result, error) {
			began <- struct{}{}
			if first.CompareAndSwap(false, true) {
				<-release
			}
			return node.Result{}, nil
		}}
		m := newMemory()
		c := flowOf(flow.Options{}, list(2), slow, create("x"))
		old := open(t, m, c, engine.Options{})
		id := old.call()
		<-began
		w := open(t, m, c, engine.Options{}) // a second life takes over
		x := <-w.ended
		close(release)
		synctest.Wait()
		got, _ := m.Load(id)
		if x.Status != flow.Succeeded || len(m.records) != 1 || got.Execution.Resumes != 1 || len(old.ended) != 0 {
			t.Fatalf("%s, %d records, %d resumes, %d ended in the old life", x.Status, len(m.records), got.Execution.Resumes, len(old.ended))
		}
		w.close(t)
		old.close(t)
	})
}

func TestMoreThanMemoryHoldsIsRunFromTheTableOldestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), create("x")), engine.Options{Slots: 2, HandOff: 16})
		defer w.close(t)
		const calls = 2000
		for range calls {
			w.call()
		}
		for range calls {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
		if len(m.records) != calls || w.Stats().Held != 0 {
			t.Fatalf("%d records, %d held", len(m.records), w.Stats().Held)
		}
	})
}

func TestAGroupRunsNoMoreThanItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		var mu sync.Mutex
		busy := &fake{run: func(context.Context, node.Input) (node.Result, error) {
			n := running.Add(1)
			mu.Lock()
			most.Store(max(most.Load(), n))
			mu.Unlock()
			<-time.After(time.Second)
			running.Add(-1)
			return node.Result{}, nil
		}}
		opt := flow.Options{Concurrency: flow.Concurrency{Limit: 3}}
		w := open(t, newMemory(), flowOf(opt, list(1), busy), engine.Options{})
		defer w.close(t)
		for range 50 {
			w.call()
		}
		for range 50 {
			<-w.ended
		}
		if most.Load() != 3 {
			t.Fatalf("%d ran at once", most.Load())
		}
	})
}

func TestCancelInterruptsAnAttemptAndEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := make(chan struct{})
		hang := &fake{
			info: node.Info{Timeout: time.Hour},
			run: func(ctx context.Context, _ node.Input) (node.Result, error) {
				close(began)
				<-ctx.Done()
				return node.Result{}, ctx.Err()
			},
		}
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), hang), engine.Options{})
		id := w.call()
		<-began
		if _, err := w.Cancel(id); err != nil {
			t.Fatal(err)
		}
		if x := <-w.ended; x.Status != flow.Canceled {
			t.Fatal(x.Status)
		}
		w.close(t)

		later := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			return node.Result{Until: in.Now.Add(time.Hour)}, nil
		}}
		w = open(t, newMemory(), flowOf(flow.Options{}, list(1), later), engine.Options{})
		defer w.close(t)
		id = w.call()
		synctest.Wait()
		if status, err := w.Cancel(id); err != nil || status != flow.Canceled {
			t.Fatal(status, err)
		}
	})
}

func TestAttemptsAndExecutionsRunOutOfTime(t *testing.T) {
	hang := &fake{run: func(ctx context.Context, _ node.Input) (node.Result, error) {
		<-ctx.Done()
		return node.Result{}, ctx.Err()
	}}
	synctest.Test(t, func(t *testing.T) {
		nodes := list(1)
		nodes[0].Timeout = time.Second
		w := open(t, newMemory(), flowOf(flow.Options{}, nodes, hang), engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != flow.CodeTimeout {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{Timeout: time.Minute}, list(1), hang), engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Aborted || x.Reason != flow.ReasonTimeout {
			t.Fatalf("%s %s", x.Status, x.Reason)
		}
	})
}

func TestAPanicFailsTheStepAndTheServerServesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := &fake{run: func(context.Context, node.Input) (node.Result, error) { panic("index out of range") }}
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), broken), engine.Options{})
		defer w.close(t)
		for range 3 {
			w.call()
			if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != flow.CodePanic {
				t.Fatalf("%s %+v", x.Status, x.Error)
			}
		}
	})
}

func TestAnAnswerIsCommittedBeforeItIsTold(t *testing.T) {
	for _, continues := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			reply := &fake{run: func(context.Context, node.Input) (node.Result, error) {
				r := node.Result{Reply: &hook.Reply{Status: 201, Body: []byte("made")}}
				if !continues {
					r.Ends = flow.Succeeded
				}
				return r, nil
			}}
			w := open(t, m, flowOf(flow.Options{}, list(2), reply, create("after")), engine.Options{})
			defer w.close(t)
			owner, err := w.Seat(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			x := flow.Execution{ID: w.ids.Next(), Workflow: "test", Revision: "r1", Mode: flow.Sync, Status: flow.Queued, Owner: owner, CreatedAt: clock.System().Now()}
			m.accept(store.Claimed{Execution: x})
			got := <-w.Sit(x, hook.Context{})
			if got.Reply == nil || got.Reply.Status != 201 {
				t.Fatalf("told %+v", got)
			}
			if stored, _ := m.Load(x.ID); stored.Execution.Reply == nil {
				t.Fatal("told before it was stored")
			}
			<-w.ended
			if want := map[bool]int{true: 1, false: 0}[continues]; len(m.records) != want {
				t.Fatalf("%d records, want %d", len(m.records), want)
			}
		})
	}
}

func TestStopCheckpointsAndTheNextLifeGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		began, release := make(chan struct{}), make(chan struct{})
		var times atomic.Int32
		first := &fake{run: func(context.Context, node.Input) (node.Result, error) {
			times.Add(1)
			close(began)
			<-release
			return node.Result{Value: value.Int(7)}, nil
		}}
		c := flowOf(flow.Options{}, list(2), first, create("x"))
		w := open(t, m, c, engine.Options{})
		id := w.call()
		<-began
		stopped := make(chan struct{})
		go func() {
			w.close(t)
			close(stopped)
		}()
		synctest.Wait()
		close(release)
		<-stopped
		got, _ := m.Load(id)
		if got.Execution.Owner != 0 || len(got.Steps) != 1 || len(m.records) != 0 {
			t.Fatalf("%+v", got)
		}
		w = open(t, m, c, engine.Options{})
		defer w.close(t)
		if x := <-w.ended; x.Status != flow.Succeeded || times.Load() != 1 || x.Resumes != 0 {
			t.Fatalf("%s, first node ran %d times, %d resumes", x.Status, times.Load(), x.Resumes)
		}
	})
}

func TestACrashLoopEndsWithTheCulpritOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		hang := &fake{run: func(ctx context.Context, _ node.Input) (node.Result, error) {
			select {} // stands for a process that dies here
		}}
		for life := range 5 {
			aborted := openLife(t, m, hang, life)
			if life == 4 {
				if aborted != 1 {
					t.Fatalf("%d aborted in life %d", aborted, life)
				}
				return
			}
			if aborted != 0 {
				t.Fatalf("%d aborted in life %d", aborted, life)
			}
		}
	})
}

// openLife imitates lives that end by a crash: only the store's side of them is played, since a
// goroutine cannot be killed.
func openLife(t *testing.T, m *memory, _ *fake, life int) int {
	t.Helper()
	now := clock.System().Now()
	owner, aborted, err := m.Begin(now)
	if err != nil {
		t.Fatal(err)
	}
	if life == 0 {
		m.accept(store.Claimed{Execution: flow.Execution{ID: 1, Workflow: "test", Status: flow.Queued}})
	}
	alone, _ := m.Claim(owner, now, 1, true)
	rest, _ := m.Claim(owner, now, 10, false)
	if life < 4 && len(alone)+len(rest) != 1 {
		t.Fatalf("life %d claimed %d alone and %d", life, len(alone), len(rest))
	}
	return len(aborted)
}

func TestSuspectsRunAloneAndFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var running, most atomic.Int32
		var order []string
		watch := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			most.Store(max(most.Load(), running.Add(1)))
			v, _ := in.Scope.Var("system", "executionId")
			order = append(order, v.Text())
			<-time.After(time.Second)
			running.Add(-1)
			return node.Result{}, nil
		}}
		for i := range 4 {
			m.accept(store.Claimed{Execution: flow.Execution{
				ID: ident.ID(i + 1), Workflow: "test", Status: flow.Running, Resumes: store.CrashLoop,
				CreatedAt: clock.System().Now(),
			}, Delivery: hook.Delivery{Request: hook.Request{Method: "POST"}}})
		}
		w := open(t, m, flowOf(flow.Options{}, list(1), watch), engine.Options{})
		defer w.close(t)
		for range 4 {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
		if most.Load() != 1 || len(order) != 4 {
			t.Fatalf("%d at once, order %v", most.Load(), order)
		}
	})
}

func TestAnExecutionThatCannotBeRunFailsAndSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), nil, engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != "revision" {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
	})
}

func TestALongJournalAborts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(3), gives(value.Null()), gives(value.Null()), gives(value.Null())),
			engine.Options{Journal: advance.Limits{Steps: 2}})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Aborted || x.Reason != flow.ReasonLimit {
			t.Fatalf("%s %s", x.Status, x.Reason)
		}
	})
}

func TestAResultOverTheLimitFailsItsStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		big := gives(value.String(string(make([]byte, 300))))
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), big), engine.Options{StepResult: 100})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != flow.CodeTooLarge {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
	})
}
