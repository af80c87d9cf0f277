package engine_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/fairshare"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// named returns workflows of one node.
func named(nodes map[string]*fake) *programs {
	s := &programs{}
	for key, n := range nodes {
		c := flowOf(flow.Options{}, list(1), n)
		c.Workflow.Key = key
		s.all = append(s.all, c)
	}
	return s
}

// takes is a node that takes some time.
func takes(d time.Duration) *fake {
	return &fake{info: node.Info{Timeout: time.Hour}, run: func(ctx context.Context, _ node.Input) (node.Result, error) {
		select {
		case <-time.After(d):
			return node.Result{}, nil
		case <-ctx.Done():
			return node.Result{}, ctx.Err()
		}
	}}
}

// latency is how long it takes until an execution has ended.
func (w *harness) latency(t *testing.T, id ident.ID) time.Duration {
	t.Helper()
	result, leave := w.Await(id)
	defer leave()
	began := clock.System().Now()
	if x := oneResult(t, result); x.Status != flow.Succeeded {
		t.Errorf("%s: %+v", x.Status, x.Error)
	}
	return clock.System().Now().Sub(began)
}

// TestAFloodOfOneWorkflowDoesNotDelayAnother has one workflow take all that it may have of slots, hand-off and table,
// with executions that take five seconds each, and calls another in each way.
func TestAFloodOfOneWorkflowDoesNotDelayAnother(t *testing.T) {
	for _, flood := range []int{20, 3000} { // as many as are in memory, and many more
		synctest.Test(t, func(t *testing.T) {
			s := named(map[string]*fake{"flood": takes(5 * time.Second), "test": gives(value.Null()), "delay": delays()})
			w := openPrograms(t, newMemory(), s, engine.Options{Share: fairshare.DefaultShare, Slots: 4, HandOff: 32})
			defer w.halt(t)
			synctest.Wait()
			for range flood {
				w.callOf("flood")
			}
			<-time.After(time.Minute)
			for range 20 {
				if d := w.latency(t, w.callOf("test")); d > time.Second {
					t.Errorf("beside %d of another, a call took %s", flood, d)
				}
				x := w.execution("test", flow.Async)
				if _, err := w.Submit(store.Accept{Execution: x}, hook.Context{}, true); err != nil {
					t.Fatal(err)
				}
				if d := w.latency(t, x.ID); d > time.Second {
					t.Errorf("beside %d of another, a heavy call took %s", flood, d)
				}
				if d := w.latency(t, w.callWith("delay", "3")); d > 4*time.Second {
					t.Errorf("beside %d of another, a delay of 3s took %s", flood, d)
				}
				began := clock.System().Now()
				_, result := w.submitSync(t)
				oneResult(t, result)
				if d := clock.System().Now().Sub(began); d > time.Second {
					t.Errorf("beside %d of another, a caller waited %s", flood, d)
				}
			}
		})
	}
}

// Whoever comes after a restart does not wait for what was left of another workflow either.
func TestAFloodThatOutlastsARestartDoesNotDelayAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, s := newMemory(), named(map[string]*fake{"flood": takes(5 * time.Second), "test": gives(value.Null())})
		opt := engine.Options{Share: fairshare.DefaultShare, Slots: 4, HandOff: 32}
		w := openPrograms(t, m, s, opt)
		for range 1000 {
			w.callOf("flood")
		}
		id := w.callOf("test")
		w.halt(t)
		began := clock.System().Now()
		ids := w.ids
		w = openPrograms(t, m, s, opt)
		w.ids = ids
		defer w.halt(t)
		w.latency(t, id)
		if d := clock.System().Now().Sub(began); d > time.Second {
			t.Errorf("an execution of before took %s", d)
		}
		if d := w.latency(t, w.callOf("test")); d > time.Second {
			t.Errorf("a new one took %s", d)
		}
	})
}

// Thousands of waiting executions that are due at one instant do not delay another workflow.
func TestAFloodOfDelaysDoesNotDelayAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openPrograms(t, newMemory(), named(map[string]*fake{"flood": delays(), "test": delays()}),
			engine.Options{Share: fairshare.DefaultShare, Slots: 4, HandOff: 32})
		defer w.halt(t)
		for range 1000 {
			w.callWith("flood", "10")
		}
		if d := w.latency(t, w.callWith("test", "10")); d > 11*time.Second {
			t.Errorf("a delay of 10s took %s", d)
		}
	})
}

func TestNoneOfManyWorkflowsStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workflows, calls = 200, 10
		s := &programs{}
		for n := range workflows {
			c := flowOf(flow.Options{}, list(1), takes(time.Second))
			c.Workflow.Key = fmt.Sprint("w", n)
			s.all = append(s.all, c)
		}
		w := openPrograms(t, newMemory(), s, engine.Options{Share: fairshare.DefaultShare, Slots: 20, HandOff: 64})
		defer w.halt(t)
		for _, c := range s.all { // all calls of one come before those of the next
			for range calls {
				w.callOf(c.Workflow.Key)
			}
		}
		<-time.After(time.Minute)
		ended := map[string]int{}
		for len(w.ended) > 0 {
			ended[(<-w.ended).Workflow]++
		}
		for n := range workflows {
			if got := ended[fmt.Sprint("w", n)]; got < 3 {
				t.Errorf("w%d has had %d turns of its %d when %d were had in all", n, got, calls, workflows*calls/2)
			}
		}
	})
}

// TestOnlyTheWorkflowThatFloodsIsRefused fills the part of the backlog that a workflow may have.
func TestOnlyTheWorkflowThatFloodsIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := openPrograms(t, m, named(map[string]*fake{"flood": held(nil), "test": held(nil)}),
			engine.Options{Share: fairshare.DefaultShare, Slots: 4, HandOff: 16, Backlog: 1000})
		defer w.halt(t)
		synctest.Wait()
		submit := func(workflow string, n int) (accepted int) {
			for range n {
				x := w.execution(workflow, flow.Async)
				switch _, err := w.Submit(store.Accept{Execution: x}, hook.Context{}, false); {
				case err == nil:
					accepted++
				case !fault.Is(err, fault.Unavailable):
					t.Fatal(err)
				}
			}
			synctest.Wait()
			return accepted
		}
		if n := submit("flood", 2000); n != 500 {
			t.Errorf("of the workflow that floods %d are accepted", n)
		}
		if n := submit("test", 100); n != 100 {
			t.Errorf("of the other %d are accepted", n)
		}
		<-time.After(10 * time.Second) // the table is counted again
		if n := submit("flood", 10); n != 0 {
			t.Errorf("of the workflow that floods %d more are accepted", n)
		}
		if n := submit("test", 100); n != 100 {
			t.Errorf("of the other %d more are accepted", n)
		}
	})
}
