package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

func TestACallerWhoWaitsIsToldAfterTheExecutionSlept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nodes := list(1)
		nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Minute}
		w := open(t, newMemory(), flowOf(flow.Options{}, nodes, failsFirst()), engine.Options{})
		id, result := w.submitSync(t)
		noResult(t, result)
		other := w.watch(id)
		if a, b := oneResult(t, result), oneResult(t, other); a.Status != flow.Succeeded || b.Status != flow.Succeeded {
			t.Errorf("told %s and %s", a.Status, b.Status)
		}
		w.close(t)
	})
}

func TestWhoLeavesDoesNotCountAsWaiting(t *testing.T) {
	for _, early := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			w := open(t, newMemory(), flowOf(flow.Options{}, list(2), held(release), sleeps()), engine.Options{})
			_, result, leave := w.submitAndWait(t)
			if early {
				leave()
			}
			close(release)
			noResult(t, result) // it sleeps
			if n := w.Stats().Waiting; n != map[bool]int64{true: 0, false: 1}[early] {
				t.Errorf("%d waiters", n)
			}
			leave()
			if n := w.Stats().Waiting; n != 0 {
				t.Errorf("%d waiters are left", n)
			}
			w.close(t)
			noResult(t, result)
		})
	}
}

func TestAStopEndsTheWaitOfCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := flow.Options{Concurrency: flow.Concurrency{Limit: 1}}
		w := open(t, newMemory(), flowOf(limited, list(1), held(nil)), engine.Options{HandOff: 8})
		var waiting []<-chan flow.Execution
		for range 6 { // one runs, some are parked whole, the others as ids
			id, result := w.submitSync(t)
			waiting = append(waiting, result, w.watch(id))
		}
		if s := w.Stats(); s.Parked != 3 || s.Held != 2 || s.Running != 1 {
			t.Fatalf("%+v", s)
		}
		late := w.stuck(t, nil)
		w.halt(t)
		waiting = append(waiting, late()) // it was accepted while the engine stopped
		for _, result := range waiting {
			endedEmpty(t, result)
		}
		if s := w.Stats(); s.Running != 0 {
			t.Errorf("%d slots are taken", s.Running)
		}
	})
}

// A worker that waits for a slot cannot run the execution that has the slot already.
func TestACallerWhoWaitsNeedsNoWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		slow := flowOf(flow.Options{}, list(1), held(release))
		slow.Workflow.Key = "slow"
		w := openPrograms(t, newMemory(), &programs{all: []*document.Compiled{flowOf(flow.Options{}, list(1), gives(value.Null())), slow}}, engine.Options{Slots: 2})
		defer w.close(t)
		w.callOf("slow")
		next := w.stuck(t, nil)
		w.callOf("slow") // the second worker has it, and no slot for it
		synctest.Wait()
		for range 3 { // with no worker, and with one
			if oneResult(t, next()).Status != flow.Succeeded {
				t.Error("it did not run")
			}
			if len(w.ended) == 1 {
				close(release)
			}
			synctest.Wait()
			next = w.stuck(t, nil)
		}
		oneResult(t, next())
		synctest.Wait()
		if s := w.Stats(); s.Running != 0 || s.Held != 0 || len(w.ended) != 6 {
			t.Errorf("%d ended; %+v", len(w.ended), s)
		}
	})
}
