package engine_test

import (
	"context"
	"math/rand/v2"
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
)

// method returns the method of the call.
func method() *fake {
	return &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		v, _ := in.Scope.Var("context", "method")
		return node.Result{Value: v}, nil
	}}
}

// ends fails unless just these have ended well, in this order.
func (w *harness) ends(t *testing.T, ids []ident.ID) {
	t.Helper()
	for i, id := range ids {
		if x := <-w.ended; x.ID != id || x.Status != flow.Succeeded {
			t.Fatalf("number %d is %s, %s; want %s", i, x.ID.Text("exe_"), x.Status, id.Text("exe_"))
		}
		if v := w.memory.result(id); v.Text() != `"POST"` {
			t.Fatalf("the method is %s", v.Text())
		}
	}
	synctest.Wait()
	if s := w.Stats(); len(w.ended) > 0 || s.Held != 0 || s.HeldBytes != 0 {
		t.Errorf("%d ended besides; %+v", len(w.ended), s)
	}
}

// blocked is a workflow whose first node waits until release is closed.
func blocked(release <-chan struct{}) *fake {
	m := method()
	run := m.run
	m.run = func(ctx context.Context, in node.Input) (node.Result, error) {
		<-release
		return run(ctx, in)
	}
	return m
}

// What waits is in memory as far as there are places, and else in the table alone. It keeps its order.
func TestABurstKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), blocked(release)), engine.Options{Slots: 1, HandOff: 40})
		defer w.close(t)
		synctest.Wait() // for the first look into the table: it finds nothing
		var ids []ident.ID
		for range 1100 {
			ids = append(ids, w.call())
		}
		synctest.Wait()
		if s := w.Stats(); s.Held != 40 {
			t.Errorf("%+v", s)
		}
		close(release)
		w.ends(t, ids)
	})
}

// A call that comes while the table hands out older ones queues up behind them.
func TestNoCallOvertakesThoseThatAreBeingClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := newMemory(), make(chan struct{})
		w := open(t, m, flowOf(flow.Options{}, list(1), blocked(release)), engine.Options{Slots: 1, HandOff: 4})
		defer w.close(t)
		synctest.Wait()
		var ids []ident.ID
		for range 8 { // the second half waits in the table
			ids = append(ids, w.call())
		}
		m.claimed = func(list []store.Claimed) {
			if len(list) > 0 {
				ids = append(ids, w.call())
			}
		}
		close(release)
		synctest.Wait()
		m.claimed = nil
		w.ends(t, ids)
	})
}

func TestAnExecutionThatWaitsCanBeCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), blocked(release)), engine.Options{Slots: 1, HandOff: 2})
		defer w.close(t)
		synctest.Wait()
		ids := []ident.ID{w.call(), w.call(), w.call(), w.call()} // it runs, in memory, in the table, in the table
		synctest.Wait()
		for _, id := range ids[1:3] {
			if _, err := w.Cancel(id); err != nil {
				t.Fatal(err)
			}
		}
		close(release)
		want := map[ident.ID]flow.Status{ids[0]: flow.Succeeded, ids[1]: flow.Canceled, ids[2]: flow.Canceled, ids[3]: flow.Succeeded}
		for range ids {
			if x := <-w.ended; x.Status != want[x.ID] {
				t.Errorf("%s is %s, want %s", x.ID.Text("exe_"), x.Status, want[x.ID])
			}
		}
	})
}

func TestAStopUnderLoadLeavesWhatWaitsToTheNextLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, options, release := newMemory(), engine.Options{Slots: 1, HandOff: 4}, make(chan struct{})
		program := flowOf(flow.Options{}, list(1), blocked(release))
		w := open(t, m, program, options)
		synctest.Wait()
		var ids []ident.ID
		for range 8 {
			ids = append(ids, w.call())
		}
		synctest.Wait()
		go func() {
			<-time.After(time.Second)
			close(release)
		}()
		w.close(t)
		if len(w.ended) > 0 || w.Stats().Running > 0 {
			t.Fatal("an execution went on although the engine stopped")
		}
		w = open(t, m, program, options)
		defer w.close(t)
		w.ends(t, ids)
	})
}

// TestWhateverHappensUnderLoadEachRunsOnce has many calls come at once and between them a few, with few places, while
// some are canceled, lives end in every way and the table is away: each execution ends, and writes its record once.
func TestWhateverHappensUnderLoadEachRunsOnce(t *testing.T) {
	for seed := range uint64(150) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 3))
			m := newMemory()
			options := flow.Options{}
			if random.IntN(3) == 0 {
				options.Concurrency.Limit = 1 + random.IntN(3)
			}
			program := flowOf(options, list(2), method(), create("n2"))
			opt := engine.Options{
				Slots: 1 + random.IntN(4), HandOff: 1 + random.IntN(8), Parked: 1 + random.IntN(5),
			}
			w := open(t, m, program, opt)
			lives := []*harness{w}
			canceled := make(map[ident.ID]bool)
			var ids []ident.ID
			for range 40 {
				switch random.IntN(8) {
				case 0, 1:
					for range random.IntN(30) {
						ids = append(ids, w.call())
					}
				case 2:
					// With every slot taken and the table away no slot gets free, so the caller's patience has to end.
					ctx, leave := context.WithTimeout(t.Context(), time.Second)
					x := w.execution("test", flow.Sync)
					if _, _, _, err := w.SubmitAndWait(ctx, store.Accept{Execution: x}, hook.Context{}); err == nil {
						ids = append(ids, x.ID)
					} else if !fault.Is(err, fault.Unavailable) {
						t.Fatal(err)
					}
					leave()
				case 3:
					if len(ids) > 0 {
						id := ids[random.IntN(len(ids))]
						if _, err := w.Cancel(id); err != nil {
							t.Fatal(err)
						}
						canceled[id] = true
					}
				case 4:
					m.away(fault.New("test", fault.Unavailable, "away"))
				case 5:
					m.away(nil)
				case 6:
					<-time.After(time.Duration(random.IntN(500)) * time.Millisecond)
				case 7:
					if len(lives) == 4 {
						continue
					}
					w.leave(t, random)
					w = open(t, m, program, opt)
					w.ids = lives[0].ids // or the same would be given again
					lives = append(lives, w)
				}
			}
			m.away(nil)
			<-time.After(10 * time.Minute)
			m.checkOnce(t, seed, w)
			for _, id := range ids {
				if got, _ := m.Load(t.Context(), id); !got.Execution.Status.Final() || got.Execution.Status != flow.Succeeded && !canceled[id] {
					t.Errorf("seed %d: an execution is %s: %+v", seed, got.Execution.Status, got.Execution.Error)
				}
			}
			if s := w.Stats(); s.Held != 0 || s.Parked != 0 || s.HeldBytes != 0 {
				t.Errorf("seed %d: %+v are left", seed, s)
			}
			haltAll(t, lives)
		})
	}
}
