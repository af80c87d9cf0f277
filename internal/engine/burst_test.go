package engine_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
)

// rush lets calls crowd at the door until the end of it is called.
func (w *world) rush() (end func()) {
	over, ended := make(chan struct{}), make(chan struct{})
	crowd := 8 * runtime.GOMAXPROCS(0)
	go func() {
		defer close(ended)
		for range crowd {
			w.Enter()
		}
		for {
			select {
			case <-over:
				for range crowd {
					w.Leave()
				}
				return
			case <-time.After(time.Millisecond):
				w.Leave()
				w.Enter()
			}
		}
	}()
	synctest.Wait()
	return func() {
		close(over)
		<-ended
	}
}

// method gives back the method of the call, which must have been read for that.
func method() *fake {
	return &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		v, _ := in.Scope.Var("context", "method")
		return node.Result{Value: v}, nil
	}}
}

// waits calls, and fails when one of the executions begins.
func (w *world) waits(t *testing.T, calls int) []ident.ID {
	t.Helper()
	var ids []ident.ID
	for range calls {
		ids = append(ids, w.call())
	}
	synctest.Wait()
	if len(w.ended) > 0 || w.Stats().Running > 0 {
		t.Fatal("an execution began in the burst")
	}
	return ids
}

// ends fails unless just these have ended well, in this order.
func (w *world) ends(t *testing.T, ids []ident.ID) {
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
	if s := w.Stats(); len(w.ended) > 0 || s.Held != 0 || s.Cold != 0 || s.HeldBytes != 0 {
		t.Errorf("%d ended besides; %+v", len(w.ended), s)
	}
}

func TestTheDoorGoesFirstInABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), method()), engine.Options{Slots: 1, Burst: 2 * time.Second})
		defer w.close(t)
		w.ends(t, []ident.ID{w.call()})
		end := w.rush()
		ids := w.waits(t, 3)
		<-time.After(time.Second)
		ids = append(ids, w.waits(t, 3)...)
		if _, spoken := w.sit(t); once(t, spoken).Status != flow.Succeeded {
			t.Error("a caller who sits was not served")
		}
		<-w.ended
		end()
		began := clock.System().Now()
		w.ends(t, ids)
		if took := clock.System().Now().Sub(began); took > 40*time.Millisecond {
			t.Errorf("the burst was over, and they waited for %v", took)
		}
	})
}

func TestABurstThatLastsIsNoBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), method()), engine.Options{Slots: 1, Burst: 2 * time.Second})
		defer w.close(t)
		end, began := w.rush(), clock.System().Now()
		w.ends(t, w.waits(t, 3))
		if took := clock.System().Now().Sub(began); took < 2*time.Second || took > 2040*time.Millisecond {
			t.Errorf("they waited for %v", took)
		}
		for range 100 { // the allowance does not come back while calls crowd
			<-time.After(time.Second)
			w.ends(t, []ident.ID{w.call()})
		}
		end()
		<-time.After(10 * time.Second) // half of it does in half the time
		end, began = w.rush(), clock.System().Now()
		w.ends(t, w.waits(t, 3))
		if took := clock.System().Now().Sub(began); took < time.Second || took > 1040*time.Millisecond {
			t.Errorf("they waited for %v the second time", took)
		}
		end()
	})
}

func TestABacklogEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), method()), engine.Options{Slots: 1, Burst: time.Minute, BurstBacklog: 10})
		defer w.close(t)
		end := w.rush()
		defer end()
		ids := w.waits(t, 9)
		<-time.After(1010 * time.Millisecond) // between two looks
		ids = append(ids, w.waits(t, 1)...)
		began := clock.System().Now()
		w.ends(t, ids)
		if took := clock.System().Now().Sub(began); took > 40*time.Millisecond {
			t.Errorf("they waited for %v", took)
		}
	})
}

// What waits in a burst is whole in memory, cold in memory, or in the table alone, and keeps its order.
func TestABurstKeepsTheOrder(t *testing.T) {
	for name, change := range map[string]func(*memory){
		"as it should":                            func(*memory) {},
		"calls cannot be read for a moment":       func(m *memory) { m.callErr = fault.New("test", fault.Unavailable, "away") },
		"calls cannot be read together":           func(m *memory) { m.callErr = fault.New("test", fault.Internal, "broken") },
		"calls cannot be read, executions can be": func(m *memory) { m.lost = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := open(t, newMemory(), flowOf(flow.Options{}, list(1), method()),
					engine.Options{Slots: 1, HandOff: 40, Cold: 1000, Burst: time.Minute})
				defer w.close(t)
				end := w.rush()
				change(w.memory)
				const calls = 1100
				ids := w.waits(t, calls)
				if s := w.Stats(); s.Held != 40 || s.Cold != 1000 {
					t.Errorf("%+v", s)
				}
				w.memory.mu.Lock()
				early := len(w.memory.read)
				w.memory.mu.Unlock()
				if early > 0 {
					t.Error("calls were read before the end of the burst")
				}
				end()
				w.ends(t, ids)
				if name == "as it should" && (len(w.memory.read) > 10 || slices.Max(w.memory.read) != 256) {
					t.Errorf("calls were read in pieces of %v", w.memory.read)
				}
			})
		})
	}
}

func TestAColdExecutionCanBeCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), method()), engine.Options{Slots: 1, HandOff: 1, Burst: time.Minute})
		defer w.close(t)
		end := w.rush()
		ids := w.waits(t, 3)
		if _, err := w.Cancel(ids[1]); err != nil {
			t.Fatal(err)
		}
		end()
		for i, want := range []flow.Status{flow.Succeeded, flow.Canceled, flow.Succeeded} {
			if x := <-w.ended; x.ID != ids[i] || x.Status != want {
				t.Errorf("number %d is %s, want %s", i, x.Status, want)
			}
		}
	})
}

func TestAStopInABurstLeavesEverythingToTheNextLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, options := newMemory(), engine.Options{Slots: 1, HandOff: 2, Cold: 4, Burst: time.Minute}
		program := flowOf(flow.Options{}, list(1), method())
		w := open(t, m, program, options)
		end := w.rush()
		ids := w.waits(t, 8)
		w.close(t)
		end()
		if len(w.ended) > 0 {
			t.Fatal("an execution began")
		}
		w = open(t, m, program, options)
		defer w.close(t)
		w.ends(t, ids)
	})
}

// TestWhateverHappensInBurstsEachRunsOnce has calls come in bursts and between them, with few places, while some
// are canceled, lives end in every way and the table is away: each execution ends, and writes its record once.
func TestWhateverHappensInBurstsEachRunsOnce(t *testing.T) {
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
				Slots: 1 + random.IntN(4), HandOff: 1 + random.IntN(8), Cold: 1 + random.IntN(20), Parked: 1 + random.IntN(5),
				Burst: time.Second, BurstBacklog: 1 + random.Int64N(60),
			}
			w := open(t, m, program, opt)
			lives := []*world{w}
			canceled := make(map[ident.ID]bool)
			var ids []ident.ID
			end := func() {}
			for range 40 {
				switch random.IntN(9) {
				case 0, 1:
					for range random.IntN(30) {
						ids = append(ids, w.call())
					}
				case 2:
					id, _ := w.sit(t)
					ids = append(ids, id)
				case 3:
					end()
					end = w.rush()
				case 4:
					end()
					end = func() {}
				case 5:
					if len(ids) > 0 {
						id := ids[random.IntN(len(ids))]
						if _, err := w.Cancel(id); err != nil {
							t.Fatal(err)
						}
						canceled[id] = true
					}
				case 6:
					m.mu.Lock()
					m.callErr, m.lost = fault.New("test", fault.Unavailable, "away"), random.IntN(2) == 0
					m.mu.Unlock()
				case 7:
					<-time.After(time.Duration(random.IntN(500)) * time.Millisecond)
				case 8:
					if len(lives) == 4 {
						continue
					}
					end()
					end = func() {}
					w.leave(t, random)
					w = open(t, m, program, opt)
					w.ids = lives[0].ids // or the same would be given again
					lives = append(lives, w)
				}
			}
			end()
			<-time.After(10 * time.Minute)
			m.once(t, seed, w)
			for _, id := range ids {
				if got, _ := m.Load(id); !got.Execution.Status.Final() || got.Execution.Status != flow.Succeeded && !canceled[id] {
					t.Errorf("seed %d: an execution is %s: %+v", seed, got.Execution.Status, got.Execution.Error)
				}
			}
			if s := w.Stats(); s.Held != 0 || s.Cold != 0 || s.Parked != 0 || s.HeldBytes != 0 {
				t.Errorf("seed %d: %+v are left", seed, s)
			}
			haltAll(t, lives)
		})
	}
}
