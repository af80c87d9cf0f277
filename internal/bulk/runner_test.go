package bulk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// every returns a request of each kind for all of orders, and prepares a world for it.
func every() map[store.BulkKind]func(*world) Request {
	return map[store.BulkKind]func(*world) Request{
		store.BulkRetry:  func(*world) Request { return Request{Kind: store.BulkRetry, Query: "workflow:orders"} },
		store.BulkReplay: func(*world) Request { return Request{Kind: store.BulkReplay, Query: "workflow:orders"} },
		store.BulkCancel: func(w *world) Request {
			for _, x := range w.executions {
				x.Status, x.FinishedAt = flow.Waiting, time.Time{}
			}
			return Request{Kind: store.BulkCancel, Query: "workflow:orders"}
		},
	}
}

// run runs a runner for a period of the bubble's time.
func (w *world) run(r *Runner, d time.Duration) {
	w.t.Helper()
	if err := r.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	<-time.After(d)
	synctest.Wait()
	if err := r.Stop(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func TestEachTargetIsActedOnOnce(t *testing.T) {
	for kind, prepare := range every() {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 10_000)
				r := w.start()
				id := w.running(r, prepare(w))
				start := clock.System().Now()
				var last time.Time
				w.act = func(ident.ID) { last = clock.System().Now() }
				w.run(r, time.Minute)
				w.check(id, store.BulkDone, 10_001, 0, 0)
				w.once(10_001)
				if !slices.IsSorted(w.order) {
					t.Error("not oldest first")
				}
				if took, least := last.Sub(start), 10_000*time.Second/MaxRate; took < least || took > least+5*time.Second {
					t.Errorf("it took %v, want at least %v", took, least)
				}
				if most := 10_001/partSize + 200; w.writes > 2*most {
					t.Errorf("the progress was written %d times", w.writes)
				}
			})
		})
	}
}

// TestADeadProcessLeavesNothingUndoneOrDoneTwice kills the process at every call of the store and the engine: before the call
// has an effect, and after it. Another process then continues.
func TestADeadProcessLeavesNothingUndoneOrDoneTwice(t *testing.T) {
	const n = 2*partSize + 3
	for kind, prepare := range every() {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, late %v", kind, late), func(t *testing.T) {
				for dieAt, died := 1, true; died; dieAt += 1 + dieAt/50 {
					synctest.Test(t, func(t *testing.T) {
						w := newWorld(t, n)
						r := w.start()
						id := w.running(r, prepare(w))
						w.mu.Lock()
						w.calls, w.dieAt, w.late = 0, dieAt, late
						w.mu.Unlock()
						w.run(r, 30*time.Second)
						died = w.dead
						r = w.start()
						w.run(r, 30*time.Second)
						w.check(id, store.BulkDone, n+1, 0, 0)
						w.once(n + 1)
						if t.Failed() {
							t.Fatalf("the process died at call %d", dieAt)
						}
					})
				}
			})
		}
	}
}

func TestTargetsThatHaveChangedAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		for id := ident.ID(1005); id < 1010; id++ {
			w.executions[id].Status, w.executions[id].FinishedAt = flow.Waiting, time.Time{}
		}
		r := w.start()
		retry := w.running(r, Request{Kind: store.BulkRetry, Query: "workflow:orders"})
		cancel := w.running(r, Request{Kind: store.BulkCancel, Query: "workflow:orders"})
		replay := w.running(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		<-time.After(time.Second)
		w.executions[1000].FinishedAt = clock.System().Now() // retried and failed again
		w.executions[1001].Status = flow.Running
		w.executions[1002].Status = flow.Succeeded
		delete(w.executions, 1003)
		w.executions[1005].Status, w.executions[1005].FinishedAt = flow.Succeeded, clock.System().Now()
		w.executions[1006].Status, w.executions[1006].FinishedAt = flow.Canceled, clock.System().Now() // by somebody else
		w.executions[1007].Round, w.executions[1007].StartedAt = 1, clock.System().Now()               // ended and retried
		w.executions[1008].Round, w.executions[1008].StartedAt = 1, clock.System().Now().Add(-time.Hour)
		delete(w.executions, 1009)
		delete(w.deliveries, 1004)
		w.broken[1008] = fault.As("test", fault.Internal, errors.New("disk I/O error"), "it broke")
		w.run(r, time.Minute)
		w.check(retry, store.BulkDone, 1, 4, 0) // of 1000 to 1004
		w.check(cancel, store.BulkDone, 0, 4, 1)
		w.check(replay, store.BulkDone, 8, 1, 1)
		for id, want := range map[ident.ID][]string{
			retry:  {`"exe_00000000000z8","reason":"it has changed"`, `there is no execution`},
			cancel: {"it has ended since the plan: succeeded", "it has ended since the plan: canceled", "was retried since the plan", "it broke"},
			replay: {`"dlv_00000000000zc","reason":"there is no delivery`},
		} {
			for _, text := range want {
				if got := w.actions[id].Problems.Text(); !strings.Contains(got, text) || strings.Contains(got, "disk") {
					t.Errorf("%s does not have %s", got, text)
				}
			}
		}
	})
}

func TestATargetThatFailsDoesNotStopTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 500)
		for id := ident.ID(1000); id < 1300; id++ {
			w.broken[id] = errors.New("a bug")
		}
		r := w.start()
		id := w.running(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		w.act = func(id ident.ID) {
			if id == 1400 {
				panic("a bug")
			}
		}
		w.run(r, time.Minute)
		w.check(id, store.BulkDone, 200, 0, 301)
		w.once(200)
		problems := w.actions[id].Problems
		if problems.Len() != MaxProblems || strings.Contains(problems.Text(), "a bug") {
			t.Errorf("%d problems, %s", problems.Len(), problems.At(0).Text())
		}
	})
}

func TestAStoppedActionEndsAfterTheTargetUnderWay(t *testing.T) {
	for kind, prepare := range every() {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 500)
				r := w.start()
				id, stopped := w.running(r, prepare(w)), make(chan store.BulkAction, 1)
				w.act = func(target ident.ID) {
					if target == 1000+partSize+10 { // in the middle of a turn
						go func() {
							a, err := r.StopAction(t.Context(), id)
							if err != nil {
								t.Error(err)
							}
							stopped <- a
						}()
					}
				}
				w.run(r, time.Minute)
				a := <-stopped
				if a.State != store.BulkStopped || a.Acted < partSize+11 || a.Acted > partSize+12 {
					t.Errorf("%d targets were acted on, %s", a.Acted, a.State)
				}
				w.check(id, store.BulkStopped, a.Acted, 0, 0)
				w.once(a.Acted)
			})
		})
	}
}

func TestActionsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5000)
		r := w.start()
		long := w.running(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		short := w.running(r, Request{Kind: store.BulkRetry, Query: "workflow:orders", Before: 1010})
		w.run(r, time.Second)
		w.check(short, store.BulkDone, 10, 0, 0)
		if a := w.actions[long]; a.State != store.BulkRunning || a.Acted == 0 {
			t.Errorf("%+v", a)
		}
	})
}

func TestCallsGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 200)
		r := w.start()
		replay := w.running(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		waits := ident.ID(5000)
		w.executions[waits] = &flow.Execution{ID: waits, Workflow: "orders", Status: flow.Queued}
		cancel := w.running(r, Request{Kind: store.BulkCancel, Query: "status:queued"})
		w.act = func(ident.ID) {
			if len(w.effects) == 100 {
				w.backlog = 100
			}
		}
		w.run(r, time.Minute)
		if a := w.actions[replay]; a.State != store.BulkRunning || a.Acted < 100 || a.Acted > 101 {
			t.Errorf("%+v", a)
		}
		if w.writes > 700 {
			t.Errorf("%d writes while it waited for room", w.writes)
		}
		w.check(cancel, store.BulkDone, 1, 0, 0) // makes room
		w.backlog = 99
		w.act = nil
		w.run(r, time.Minute)
		w.check(replay, store.BulkDone, 201, 0, 0)
		w.once(202)
	})
}

func TestATargetThatCannotBeWrittenNowIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 100)
		r := w.start()
		w.broken[1050] = fault.New("test", fault.Unavailable, "the queue of orders is full")
		id := w.running(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		w.run(r, 10*time.Second)
		if a := w.actions[id]; a.Acted != 50 || a.Problems.Len() != 0 {
			t.Errorf("%+v", a)
		}
		delete(w.broken, 1050)
		w.run(r, 10*time.Second)
		w.check(id, store.BulkDone, 101, 0, 0)
		w.once(101)
	})
}

func TestWhatAPlanLooksAtIsReplayedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		r := w.start()
		first := w.running(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		w.run(r, time.Second)
		again := w.planned(r, Request{Kind: store.BulkReplay, Query: "workflow:orders"})
		if n := w.actions[again].Count; n != w.actions[first].Count {
			t.Errorf("the second plan has %d targets: replays are among them", n)
		}
		if got := w.deliveries[1000]; got.Outcome != hook.Accepted {
			t.Error(got)
		}
	})
}
