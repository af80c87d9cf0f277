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
	"hookline.dev/hookline/internal/value"
)

// held is a node that runs until it is let go, or its execution is canceled.
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

// silent fails when a spectator was told something or sent away.
func silent(t *testing.T, spoken <-chan flow.Execution) {
	t.Helper()
	synctest.Wait()
	select {
	case x, ok := <-spoken:
		t.Fatalf("told %v %s too early", ok, x.Status)
	default:
	}
}

// once returns what a spectator is told, and fails when it is not exactly one thing.
func once(t *testing.T, spoken <-chan flow.Execution) flow.Execution {
	t.Helper()
	x, ok := <-spoken
	if !ok {
		t.Fatal("sent away without a word")
	}
	if again, ok := <-spoken; ok {
		t.Fatalf("told twice: %s", again.Status)
	}
	return x
}

// sentAway fails when a spectator was told anything.
func sentAway(t *testing.T, spoken <-chan flow.Execution) {
	t.Helper()
	if x, ok := <-spoken; ok {
		t.Fatalf("told %s", x.Status)
	}
}

// watch attends an execution after everything that can happen has happened.
func (w *world) watch(id ident.ID) <-chan flow.Execution {
	synctest.Wait()
	spoken, _ := w.Await(id)
	return spoken
}

// cancel cancels an execution whose spectator has heard nothing yet.
func (w *world) cancel(t *testing.T, id ident.ID, spoken <-chan flow.Execution) {
	t.Helper()
	silent(t, spoken)
	if _, err := w.Cancel(id); err != nil {
		t.Fatal(err)
	}
}

// halt stops the engine without patience.
func (w *world) halt(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.stopped = true
	if err := w.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// leave ends a life in good order, at once, or not at all: then the next one fences it.
func (w *world) leave(t *testing.T, random *rand.Rand) {
	t.Helper()
	switch random.IntN(3) {
	case 0:
		w.close(t)
	case 1:
		w.halt(t)
	}
}

// haltAll ends those lives that go on.
func haltAll(t *testing.T, lives []*world) {
	t.Helper()
	for _, w := range lives {
		if !w.stopped {
			w.halt(t)
		}
	}
}

func TestASpectatorIsToldOnceWhereverTheExecutionIs(t *testing.T) {
	type scene struct {
		name  string
		nodes []*fake
		play  func(t *testing.T, w *world) <-chan flow.Execution
		want  flow.Status
	}
	ends := func(_ *testing.T, w *world) <-chan flow.Execution { return w.watch(w.call()) }
	canceled := func(t *testing.T, w *world) <-chan flow.Execution {
		id := w.call()
		spoken := w.watch(id)
		w.cancel(t, id, spoken)
		return spoken
	}
	for _, c := range []scene{
		{"it has ended", []*fake{gives(value.Null())}, ends, flow.Succeeded},
		{"it has replied and goes on", []*fake{replies(), sleeps()}, ends, flow.Waiting},
		{"it is asleep", []*fake{sleeps()}, ends, flow.Succeeded},
		{"it was canceled", []*fake{sleeps()}, func(t *testing.T, w *world) <-chan flow.Execution {
			id := w.call()
			synctest.Wait()
			if _, err := w.Cancel(id); err != nil {
				t.Fatal(err)
			}
			return w.watch(id)
		}, flow.Canceled},
		{"it is canceled while it runs", []*fake{held(nil)}, canceled, flow.Canceled},
		{"it is canceled while it sleeps", []*fake{sleeps()}, canceled, flow.Canceled},
		{"it waits for a slot", []*fake{sleeps()}, func(t *testing.T, w *world) <-chan flow.Execution {
			giveUp := w.stuck(t, errors.New("the store is full"))
			spoken := w.watch(w.call())
			silent(t, spoken)
			giveUp()
			return spoken
		}, flow.Succeeded},
		{"it is canceled in the table", []*fake{held(nil)}, func(t *testing.T, w *world) <-chan flow.Execution {
			for range 3 {
				w.call()
			}
			return canceled(t, w)
		}, flow.Canceled},
		{"another watches", []*fake{sleeps()}, func(t *testing.T, w *world) <-chan flow.Execution {
			id := w.call()
			other := w.watch(id)
			t.Cleanup(func() { once(t, other) })
			return w.watch(id)
		}, flow.Succeeded},
		{"it is retried", []*fake{failsFirst()}, func(t *testing.T, w *world) <-chan flow.Execution {
			id := w.call()
			<-w.ended
			if err := w.Retry(id); err != nil {
				t.Fatal(err)
			}
			spoken, _ := w.Await(id)
			return spoken
		}, flow.Succeeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := open(t, newMemory(), flowOf(flow.Options{}, list(len(c.nodes)), c.nodes...), engine.Options{Slots: 1, HandOff: 2})
				x := once(t, c.play(t, w))
				if x.Status != c.want && x.Reply == nil {
					t.Errorf("told %+v", x)
				}
				w.halt(t)
				if n := w.Stats().Waiting; n != 0 {
					t.Errorf("%d spectators are left", n)
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

func TestASpectatorIsSentAwayWithoutAWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), sleeps()), engine.Options{Waiters: 2})
		id := w.call()
		sentAway(t, w.watch(id+1)) // of nothing
		first, leave := w.Await(id)
		second, _ := w.Await(id)
		third, _ := w.Await(id)
		sentAway(t, third) // one too many
		leave()
		leave()
		silent(t, first)
		fourth, _ := w.Await(id)
		w.close(t)
		sentAway(t, second) // at a stop
		sentAway(t, fourth)
		fifth, _ := w.Await(id) // after it
		sentAway(t, fifth)
		if n := w.Stats().Waiting; n != 0 {
			t.Errorf("%d spectators are left", n)
		}
	})
}

func TestASpectatorOutlastsATableThatCannotBeRead(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			w := open(t, m, flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
			id := w.call()
			synctest.Wait()
			m.away(fault.New("memory", fault.Unavailable, "the database is away"))
			spoken, leave := w.Await(id)
			silent(t, spoken)
			<-time.After(time.Second)
			silent(t, spoken)
			if leaves {
				leave() // the goroutine that asks ends, or synctest reports it
				synctest.Wait()
			}
			m.away(nil)
			if !leaves && once(t, spoken).Status != flow.Succeeded {
				t.Error("told something else")
			}
			w.close(t)
		})
	}
}

// TestNoEndIsMissed has executions end while spectators come, in every order that the scheduler finds.
func TestNoEndIsMissed(t *testing.T) {
	w := open(t, newMemory(), flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
	told := make(chan flow.Status, 2000)
	for range cap(told) {
		go func() {
			spoken, leave := w.Await(w.call())
			defer leave()
			told <- (<-spoken).Status
		}()
	}
	for range cap(told) {
		if s := <-told; s != flow.Succeeded {
			t.Fatalf("told %q", s)
		}
	}
	w.close(t)
	if n := w.Stats().Waiting; n != 0 {
		t.Errorf("%d spectators are left", n)
	}
}

func TestWhatCannotBeReadStillSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := newMemory(), make(chan struct{})
		w := open(t, m, flowOf(flow.Options{}, list(1), held(release)), engine.Options{})
		id := w.call()
		synctest.Wait()
		m.away(fault.New("memory", fault.Internal, "a file is gone"))
		spoken := w.watch(id)
		<-time.After(time.Second)
		silent(t, spoken)
		close(release)
		if x := once(t, spoken); x.Status != flow.Succeeded {
			t.Errorf("told %s", x.Status)
		}
		w.close(t)
	})
}
