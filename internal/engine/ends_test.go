package engine_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// ask sets the cancel request in the table only, as it is when the engine has not seen it yet.
func (w *harness) ask(t *testing.T, id ident.ID) {
	t.Helper()
	if _, err := w.memory.RequestCancel(id, time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// answersLast is a Response node that ends the flow.
func answersLast() *fake {
	return &fake{run: func(context.Context, node.Input) (node.Result, error) {
		return node.Result{Reply: &hook.Reply{Status: 200}, Ends: flow.Succeeded}, nil
	}}
}

// traced is a tracer that collects what ended.
type traced chan flow.Execution

func (c traced) Ended(x flow.Execution, call *hook.Context, request *hook.Request) {
	if call == nil && request == nil {
		x.ID = 0 // nothing says to which trace it belongs
	}
	c <- x
}

func (traced) Outgoing(x *flow.Execution, call *hook.Context, path string, attempt int) node.TraceContext {
	return node.TraceContext{Parent: fmt.Sprint(call.Method, x.Round, path, attempt)}
}

// check compares what was traced with what was announced.
func (c traced) check(t *testing.T, announced ...flow.Execution) {
	t.Helper()
	for _, want := range announced {
		select {
		case got := <-c:
			if got.ID != want.ID || got.Status != want.Status || !got.FinishedAt.Equal(want.FinishedAt) {
				t.Errorf("traced %+v, announced %+v", got, want)
			}
		default:
			t.Errorf("announced and not traced: %+v", want)
		}
	}
	if len(c) > 0 {
		t.Errorf("traced again: %+v", <-c)
	}
}

func TestOutboundNodesGetTheTraceContextOfTheirAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan node.TraceContext, 2)
		sends := &fake{info: node.Info{Effect: node.Outbound}, run: func(_ context.Context, in node.Input) (node.Result, error) {
			got <- in.TraceContext
			return node.Result{}, nil
		}}
		for _, tracer := range []run.Tracer{nil, make(traced, 1)} {
			w := open(t, newMemory(), flowOf(flow.Options{}, list(1), sends), engine.Options{Tracer: tracer})
			w.call()
			want := node.TraceContext{}
			if tracer != nil {
				want.Parent = fmt.Sprint("POST", 0, "n1", 1)
			}
			if c := <-got; c != want {
				t.Errorf("%+v, want %+v", c, want)
			}
			w.close(t)
		}
	})
}

// TestEveryEndIsAnnouncedOnce goes through the ways in which an execution can end (ends.go). The last
// call of each is the one that ends.
func TestEveryEndIsAnnouncedOnce(t *testing.T) {
	type way struct {
		name  string
		opt   engine.Options
		flow  flow.Options
		nodes []func() *fake
		play  func(t *testing.T, w *harness) ident.ID
		want  flow.Status
	}
	runs := func(_ *testing.T, w *harness) ident.ID { return w.call() }
	later := flow.Options{Timeout: time.Minute}
	one := flow.Options{Concurrency: flow.Concurrency{Limit: 1}}
	type nodes = []func() *fake
	null := func() *fake { return gives(value.Null()) }
	op := func() *fake { return create("x") }
	hangs := func() *fake { return held(nil) }
	// begins runs until the channel of the story under test is closed.
	var release chan struct{}
	begins := func() *fake { return held(release) }
	for _, c := range []way{
		{"the flow ends", engine.Options{}, flow.Options{}, nodes{null}, runs, flow.Succeeded},
		{"an op is last", engine.Options{}, flow.Options{}, nodes{op}, runs, flow.Succeeded},
		{"a response is last", engine.Options{}, flow.Options{}, nodes{answersLast}, runs, flow.Succeeded},
		{"a node fails", engine.Options{}, flow.Options{}, nodes{failsFirst}, runs, flow.Failed},
		{"out of time", engine.Options{}, later, nodes{sleeps}, runs, flow.Aborted},
		{"over a limit", engine.Options{Journal: advance.Limits{Steps: 1}}, flow.Options{}, nodes{null, null}, runs, flow.Aborted},
		{"it cannot be run", engine.Options{}, flow.Options{}, nodes{null}, func(_ *testing.T, w *harness) ident.ID {
			return w.callOf("unknown")
		}, flow.Failed},
		{"canceled while it runs", engine.Options{}, flow.Options{}, nodes{hangs}, func(t *testing.T, w *harness) ident.ID {
			id := w.call()
			w.cancel(t, id, w.watch(id))
			return id
		}, flow.Canceled},
		{"canceled by the write that puts it to sleep", engine.Options{}, flow.Options{}, nodes{begins, sleeps}, func(t *testing.T, w *harness) ident.ID {
			id := w.call()
			synctest.Wait()
			w.ask(t, id)
			release <- struct{}{}
			return id
		}, flow.Canceled},
		{"canceled by the write that releases it at a stop", engine.Options{}, flow.Options{}, nodes{begins, sleeps}, func(t *testing.T, w *harness) ident.ID {
			id := w.call()
			synctest.Wait()
			w.ask(t, id)
			go func() {
				synctest.Wait()
				release <- struct{}{}
			}()
			w.close(t)
			return id
		}, flow.Canceled},
		{"canceled in its sleep, twice", engine.Options{}, flow.Options{}, nodes{sleeps}, func(t *testing.T, w *harness) ident.ID {
			id := w.call()
			w.cancel(t, id, w.watch(id))
			<-time.After(time.Second)
			if s, err := w.Cancel(id); err != nil || s != flow.Canceled {
				t.Error(s, err)
			}
			return id
		}, flow.Canceled},
		{"canceled while it is parked whole", engine.Options{}, one, nodes{hangs}, func(t *testing.T, w *harness) ident.ID {
			w.call()
			synctest.Wait()
			id := w.call()
			w.cancel(t, id, w.watch(id))
			return id
		}, flow.Canceled},
		{"canceled while it is parked as an id", engine.Options{HandOff: 4}, one, nodes{hangs}, func(t *testing.T, w *harness) ident.ID {
			for range 2 {
				w.call()
				synctest.Wait()
			}
			id := w.call()
			w.cancel(t, id, w.watch(id))
			return id
		}, flow.Canceled},
		{"canceled in the queue, at a stop", engine.Options{Slots: 1}, flow.Options{}, nodes{hangs}, func(t *testing.T, w *harness) ident.ID {
			w.call()
			synctest.Wait()
			id := w.call()
			w.cancel(t, id, w.watch(id))
			w.halt(t)
			return id
		}, flow.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release = make(chan struct{})
				var fakes []*fake
				for _, n := range c.nodes {
					fakes = append(fakes, n())
				}
				tracer := make(traced, 10)
				c.opt.Tracer = tracer
				w := open(t, newMemory(), flowOf(c.flow, list(len(fakes)), fakes...), c.opt)
				id := c.play(t, w)
				x := <-w.ended
				if x.ID != id || x.Status != c.want || x.FinishedAt.IsZero() {
					t.Errorf("announced %+v", x)
				}
				if got, _ := w.memory.Load(t.Context(), id); got.Execution.Status != c.want {
					t.Errorf("stored as %s", got.Execution.Status)
				}
				if !w.stopped {
					w.halt(t)
				}
				if len(w.ended) > 0 {
					t.Errorf("announced again: %+v", <-w.ended)
				}
				tracer.check(t, x)
			})
		})
	}
}

func TestACancelIsAnnouncedWhenTheFateOfItsCommitWasUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := newMemory(), make(chan struct{})
		m.fail = func(n int) string {
			if n == 1 {
				return "after"
			}
			return ""
		}
		w := open(t, m, flowOf(flow.Options{}, list(2), held(release), sleeps()), engine.Options{})
		defer w.close(t)
		id := w.call()
		result := w.watch(id)
		w.ask(t, id)
		close(release)
		if x := <-w.ended; x.Status != flow.Canceled || oneResult(t, result).Status != flow.Canceled {
			t.Errorf("announced %s", x.Status)
		}
	})
}

func TestWhatANewLifeEndsIsAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.owner = 1
		killer := store.Claimed{Execution: flow.Execution{ID: 1, Workflow: "test", Status: flow.Running, Owner: 1, Resumes: store.CrashLoop + store.AloneRuns}}
		m.accept(killer)
		m.rows[1].suspect = true
		m.accept(store.Claimed{Execution: flow.Execution{ID: 2, Workflow: "test", Status: flow.Running, Owner: 1}})
		m.rows[2].cancel = true
		tracer := make(traced, 10)
		w := open(t, m, flowOf(flow.Options{}, list(1), sleeps()), engine.Options{Tracer: tracer})
		defer w.close(t)
		got := map[ident.ID]flow.Status{}
		all := []flow.Execution{<-w.ended, <-w.ended}
		for _, x := range all {
			got[x.ID] = x.Status
		}
		tracer.check(t, all...)
		if got[1] != flow.Aborted || got[2] != flow.Canceled {
			t.Errorf("announced %v", got)
		}
	})
}

func TestWhatTheTableCannotHandOutIsAnnounced(t *testing.T) {
	for _, resumes := range []int{0, store.CrashLoop} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			m.torn = func(x flow.Execution) bool { return x.ID == 1 }
			m.accept(store.Claimed{Execution: flow.Execution{ID: 1, Workflow: "test", Status: flow.Running, Resumes: resumes}})
			w := open(t, m, flowOf(flow.Options{}, list(1), sleeps()), engine.Options{})
			if x := <-w.ended; x.ID != 1 || x.Status != flow.Failed {
				t.Errorf("announced %+v", x)
			}
			synctest.Wait()
			if s := w.Stats(); s.Held != 0 || s.Running != 0 {
				t.Errorf("%+v are left", s)
			}
			w.close(t)
		})
	}
}
