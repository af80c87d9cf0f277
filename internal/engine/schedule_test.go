package engine_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
)

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
		synctest.Wait()
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
