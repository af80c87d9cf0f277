package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// crowd is a workflow whose executions run one at a time, for a second each, beside one called free.
func crowd(order *[]string) *programs {
	one := flow.Options{Concurrency: flow.Concurrency{Limit: 1}}
	slow := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		id, _ := in.Scope.Var("system", "executionId")
		*order = append(*order, id.Text())
		<-time.After(time.Second)
		return node.Result{}, nil
	}}
	free := flowOf(flow.Options{}, list(1), gives(value.Null()))
	free.Workflow.Key = "free"
	return &programs{all: []*document.Compiled{flowOf(one, list(1), slow), free}}
}

func TestAFullGroupLeavesTheHandOffToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		w := openPrograms(t, newMemory(), crowd(&order), engine.Options{Slots: 2, HandOff: 16})
		defer w.close(t)
		const crowded = 500
		for range crowded {
			w.call()
		}
		synctest.Wait()
		began := clock.System().Now()
		for range 100 {
			id := w.callOf("free")
			if x := <-w.ended; x.ID != id || x.Status != flow.Succeeded {
				t.Fatalf("%s of %s", x.Status, x.Workflow)
			}
			synctest.Wait()
		}
		if took := clock.System().Now().Sub(began); took > 0 {
			t.Errorf("the others took %s", took)
		}
		if s := w.Stats(); s.Parked != crowded-1-4 || s.Held != 5 {
			t.Errorf("%+v", s)
		}
		var ids []ident.ID
		for range crowded {
			x := <-w.ended
			if x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
			ids = append(ids, x.ID)
		}
		if took := clock.System().Now().Sub(began); took != crowded*time.Second {
			t.Errorf("the group took %s", took)
		}
		if !slices.IsSorted(ids[1:]) { // of the first two, each had a slot
			t.Error("the group did not keep the order")
		}
		synctest.Wait()
		if s := w.Stats(); s.Parked != 0 || s.Held != 0 || s.Running != 0 {
			t.Errorf("%+v are left", s)
		}
	})
}

func TestMoreThanMayBeParkedWaitInTheTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		w := openPrograms(t, newMemory(), crowd(&order), engine.Options{Slots: 2, HandOff: 16, Parked: 10})
		defer w.close(t)
		for range 100 {
			w.call()
		}
		synctest.Wait()
		if s := w.Stats(); s.Parked > 10 || s.Held > 16+2 {
			t.Errorf("%+v", s)
		}
		for range 100 {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
	})
}

// TestThoseWhoOnlyWaitedDoNotCountAsHavingKilledTheProcess checks that a restart counts once at most
// against an execution that is parked, however often the process dies.
func TestThoseWhoOnlyWaitedDoNotCountAsHavingKilledTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := openPrograms(t, m, crowd(new([]string)), engine.Options{Slots: 2, HandOff: 8})
		for range 50 {
			w.call()
		}
		lives := []*harness{w}
		for range 6 { // each life ends without a word
			synctest.Wait()
			lives = append(lives, openPrograms(t, m, crowd(new([]string)), engine.Options{Slots: 2, HandOff: 8}))
		}
		synctest.Wait()
		often := m.count(func(x flow.Execution) bool { return x.Resumes > 1 })
		if most := 1 + 8/4 + 2; often > most {
			t.Errorf("%d executions count as found unfinished more than once, at most %d ran or were whole", often, most)
		}
		for _, w := range lives {
			w.halt(t)
		}
	})
}

func TestAParkedExecutionThatCannotBeReadIsReadLater(t *testing.T) {
	for _, why := range []error{
		fault.New("memory", fault.Unavailable, "the database is away"), // asked again
		fault.New("memory", fault.Internal, "a file is gone"),          // given back to the table
	} {
		synctest.Test(t, func(t *testing.T) {
			var order []string
			m := newMemory()
			w := openPrograms(t, m, crowd(&order), engine.Options{HandOff: 4})
			defer w.close(t)
			for range 4 {
				w.call()
			}
			synctest.Wait()
			m.away(why)
			<-time.After(5 * time.Second)
			m.away(nil)
			for range 4 {
				if x := <-w.ended; x.Status != flow.Succeeded {
					t.Fatal(x.Status)
				}
			}
			synctest.Wait()
			if s := w.Stats(); s.Parked != 0 || s.Held != 0 || s.Running != 0 {
				t.Errorf("%+v are left", s)
			}
		})
	}
}

// TestBodiesInMemoryAreBounded has calls with bodies wait for the one slot: those that the door hands on,
// and those that the table hands out, which may exceed the bound by one batch.
func TestBodiesInMemoryAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls, size = 200, 1000
		release := make(chan struct{})
		var whole atomic.Int32
		reads := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			<-release
			if body, err := in.Scope.Var("context", "rawBody"); err == nil && len(body.Text()) == size+2 {
				whole.Add(1)
			}
			return node.Result{}, nil
		}}
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), reads), engine.Options{Slots: 1, HandOff: 32, HandOffBytes: 10 * size})
		defer w.close(t)
		text := strings.Repeat("x", size)
		synctest.Wait() // for the first look into the table: it finds nothing
		for range calls {
			w.callWith("test", text)
		}
		for left := calls; left > 0; left-- {
			synctest.Wait()
			if s := w.Stats(); left == calls && s.HeldBytes > 10*size || s.HeldBytes > (10+32+1)*size || s.HeldBytes < size {
				t.Fatalf("%d bytes in memory with %d calls left", s.HeldBytes, left)
			}
			release <- struct{}{}
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
		synctest.Wait()
		if s := w.Stats(); s.HeldBytes != 0 || s.Held != 0 || whole.Load() != calls {
			t.Errorf("%+v are left; %d saw their bodies", s, whole.Load())
		}
	})
}
