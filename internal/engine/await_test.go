package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// held is a node that runs until release is closed, or its execution is canceled.
func held(release chan struct{}) *fake {
	return &fake{info: node.Info{Timeout: time.Hour}, run: func(ctx context.Context, _ node.Input) (node.Result, error) {
		select {
		case <-release:
			return node.Result{Value: value.Int(1)}, nil
		case <-ctx.Done():
			return node.Result{}, ctx.Err()
		}
	}}
}

// sleeps is a node that waits for an hour.
func sleeps() *fake {
	return &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		return node.Result{Until: in.Now.Add(time.Hour)}, nil
	}}
}

// replies is a Response node that lets the flow go on.
func replies() *fake {
	return &fake{run: func(context.Context, node.Input) (node.Result, error) {
		return node.Result{Reply: &hook.Reply{Status: 201}}, nil
	}}
}

// noResult fails when a waiter was told something or sent away.
func noResult(t *testing.T, result <-chan flow.Execution) {
	t.Helper()
	synctest.Wait()
	select {
	case x, ok := <-result:
		t.Fatalf("told %v %s too early", ok, x.Status)
	default:
	}
}

// once returns what a waiter is told, and fails when it is not exactly one thing.
func oneResult(t *testing.T, result <-chan flow.Execution) flow.Execution {
	t.Helper()
	x, ok := <-result
	if !ok {
		t.Fatal("sent away without a word")
	}
	if again, ok := <-result; ok {
		t.Fatalf("told twice: %s", again.Status)
	}
	return x
}

// endedEmpty fails when a waiter was told anything.
func endedEmpty(t *testing.T, result <-chan flow.Execution) {
	t.Helper()
	if x, ok := <-result; ok {
		t.Fatalf("told %s", x.Status)
	}
}

// watch attends an execution after everything that can happen has happened.
func (w *harness) watch(id ident.ID) <-chan flow.Execution {
	synctest.Wait()
	result, _ := w.Await(id)
	return result
}

// cancel cancels an execution whose waiter has heard nothing yet.
func (w *harness) cancel(t *testing.T, id ident.ID, result <-chan flow.Execution) {
	t.Helper()
	noResult(t, result)
	if _, err := w.Cancel(id); err != nil {
		t.Fatal(err)
	}
}

// halt stops the engine without patience.
func (w *harness) halt(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.stopped = true
	if err := w.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// leave ends a life in good order, at once, or not at all: then the next one fences it.
func (w *harness) leave(t *testing.T, random *rand.Rand) {
	t.Helper()
	switch random.IntN(3) {
	case 0:
		w.close(t)
	case 1:
		w.halt(t)
	}
}

// haltAll ends those lives that go on.
func haltAll(t *testing.T, lives []*harness) {
	t.Helper()
	for _, w := range lives {
		if !w.stopped {
			w.halt(t)
		}
	}
}

func TestACallerIsToldOnceWhereverTheExecutionIs(t *testing.T) {
	type scene struct {
		name  string
		nodes []*fake
		play  func(t *testing.T, w *harness) <-chan flow.Execution
		want  flow.Status
	}
	ends := func(_ *testing.T, w *harness) <-chan flow.Execution { return w.watch(w.call()) }
	canceled := func(t *testing.T, w *harness) <-chan flow.Execution {
		id := w.call()
		result := w.watch(id)
		w.cancel(t, id, result)
		return result
	}
	for _, c := range []scene{
		{"it has ended", []*fake{gives(value.Null())}, ends, flow.Succeeded},
		{"it has replied and goes on", []*fake{replies(), sleeps()}, ends, flow.Waiting},
		{"it is asleep", []*fake{sleeps()}, ends, flow.Succeeded},
		{"it was canceled", []*fake{sleeps()}, func(t *testing.T, w *harness) <-chan flow.Execution {
			id := w.call()
			synctest.Wait()
			if _, err := w.Cancel(id); err != nil {
				t.Fatal(err)
			}
			return w.watch(id)
		}, flow.Canceled},
		{"it is canceled while it runs", []*fake{held(nil)}, canceled, flow.Canceled},
		{"it is canceled while it sleeps", []*fake{sleeps()}, canceled, flow.Canceled},
		{"it waits for a slot", []*fake{sleeps()}, func(t *testing.T, w *harness) <-chan flow.Execution {
			giveUp := w.stuck(t, errors.New("the store is full"))
			result := w.watch(w.call())
			noResult(t, result)
			giveUp()
			return result
		}, flow.Succeeded},
		{"it is canceled in the table", []*fake{held(nil)}, func(t *testing.T, w *harness) <-chan flow.Execution {
			for range 3 {
				w.call()
			}
			return canceled(t, w)
		}, flow.Canceled},
		{"another watches", []*fake{sleeps()}, func(t *testing.T, w *harness) <-chan flow.Execution {
			id := w.call()
			other := w.watch(id)
			t.Cleanup(func() { oneResult(t, other) })
			return w.watch(id)
		}, flow.Succeeded},
		{"it is retried", []*fake{failsFirst()}, func(t *testing.T, w *harness) <-chan flow.Execution {
			id := w.call()
			<-w.ended
			if err := w.Retry(store.Retry{Execution: id}); err != nil {
				t.Fatal(err)
			}
			result, _ := w.Await(id)
			return result
		}, flow.Succeeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := open(t, newMemory(), flowOf(flow.Options{}, list(len(c.nodes)), c.nodes...), engine.Options{Slots: 1, HandOff: 2})
				x := oneResult(t, c.play(t, w))
				if x.Status != c.want && x.Reply == nil {
					t.Errorf("told %+v", x)
				}
				w.halt(t)
				if n := w.Stats().Waiting; n != 0 {
					t.Errorf("%d waiters are left", n)
				}
			})
		})
	}
}

// failsFirst is a node that fails in the first round.
func failsFirst() *fake {
	var failed atomic.Bool
	return &fake{run: func(context.Context, node.Input) (node.Result, error) {
		if failed.CompareAndSwap(false, true) {
			return node.Result{}, errors.New("down")
		}
		return node.Result{}, nil
	}}
}

func TestAWaitEndsWithoutAResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), sleeps()), engine.Options{Waiters: 2})
		id := w.call()
		endedEmpty(t, w.watch(id+1)) // of nothing
		first, leave := w.Await(id)
		second, _ := w.Await(id)
		third, _ := w.Await(id)
		endedEmpty(t, third) // one too many
		leave()
		leave()
		noResult(t, first)
		fourth, _ := w.Await(id)
		w.close(t)
		endedEmpty(t, second) // at a stop
		endedEmpty(t, fourth)
		fifth, _ := w.Await(id) // after it
		endedEmpty(t, fifth)
		if n := w.Stats().Waiting; n != 0 {
			t.Errorf("%d waiters are left", n)
		}
	})
}

func TestAWaitOutlastsATableThatCannotBeRead(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			w := open(t, m, flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
			id := w.call()
			synctest.Wait()
			m.away(fault.New("memory", fault.Unavailable, "the database is away"))
			result, leave := w.Await(id)
			noResult(t, result)
			<-time.After(time.Second)
			noResult(t, result)
			if leaves {
				leave() // the goroutine that asks ends, or synctest reports it
				synctest.Wait()
			}
			m.away(nil)
			if !leaves && oneResult(t, result).Status != flow.Succeeded {
				t.Error("told something else")
			}
			w.close(t)
		})
	}
}

// TestNoEndIsMissed has executions end while waiters come, in every order that the scheduler finds.
func TestNoEndIsMissed(t *testing.T) {
	w := open(t, newMemory(), flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
	told := make(chan flow.Status, 2000)
	for range cap(told) {
		go func() {
			result, leave := w.Await(w.call())
			defer leave()
			told <- (<-result).Status
		}()
	}
	for range cap(told) {
		if s := <-told; s != flow.Succeeded {
			t.Fatalf("told %q", s)
		}
	}
	w.close(t)
	if n := w.Stats().Waiting; n != 0 {
		t.Errorf("%d waiters are left", n)
	}
}

func TestAnExecutionThatCannotBeReadStillHasAResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := newMemory(), make(chan struct{})
		w := open(t, m, flowOf(flow.Options{}, list(1), held(release)), engine.Options{})
		id := w.call()
		synctest.Wait()
		m.away(fault.New("memory", fault.Internal, "a file is gone"))
		result := w.watch(id)
		<-time.After(time.Second)
		noResult(t, result)
		close(release)
		if x := oneResult(t, result); x.Status != flow.Succeeded {
			t.Errorf("told %s", x.Status)
		}
		w.close(t)
	})
}
