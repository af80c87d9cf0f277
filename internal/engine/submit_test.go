package engine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// TestAPlaceIsGivenBackWhenThereIsNothingToRun submits calls that have no execution to run here, in both modes. Places and
// slots must be free afterwards.
func TestAPlaceIsGivenBackWhenThereIsNothingToRun(t *testing.T) {
	broken := errors.New("disk full")
	first := &flow.Execution{ID: 1, Status: flow.Running}
	for name, c := range map[string]struct {
		to  store.Accepted
		err error
	}{
		"the store fails":                      {err: broken},
		"the key belongs to another request":   {to: store.Accepted{OtherRequest: true}},
		"the key belongs to another execution": {to: store.Accepted{First: first}},
		"that one was put back into the queue": {to: store.Accepted{First: first, Retried: true}},
		"somebody else will run it":            {to: store.Accepted{Elsewhere: true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				w := open(t, m, flowOf(flow.Options{}, list(1), method()), engine.Options{Slots: 1, HandOff: 1})
				defer w.close(t)
				synctest.Wait() // for the first look into the table: it finds nothing
				m.answer = func(store.Accept) (store.Accepted, bool) { return c.to, false }
				for range 3 {
					x := w.execution("test", flow.Async)
					m.stick(x.ID, func() error { return c.err })
					to, err := w.Submit(store.Accept{Execution: x}, hook.Context{RawBody: "body"}, false)
					if to != c.to || !errors.Is(err, c.err) {
						t.Fatalf("async: %+v, %v", to, err)
					}
					x = w.execution("test", flow.Sync)
					m.stick(x.ID, func() error { return c.err })
					to, result, _, err := w.SubmitAndWait(t.Context(), store.Accept{Execution: x}, hook.Context{})
					if to != c.to || !errors.Is(err, c.err) || (result != nil) != c.to.Elsewhere {
						t.Fatalf("sync: %+v, %v, waits: %v", to, err, result != nil)
					}
				}
				synctest.Wait()
				if s := w.Stats(); s.Held != 0 || s.HeldBytes != 0 || s.Running != 0 {
					t.Errorf("%+v are left", s)
				}
				m.answer = nil
				w.ends(t, nil)
				id := w.call()
				if x := <-w.ended; x.ID != id || x.Status != flow.Succeeded {
					t.Errorf("afterwards a call %s", x.Status)
				}
			})
		})
	}
}

// TestACallerWaitsForAnExecutionThatSomebodyElseRuns has the store hand an execution to another engine.
func TestACallerWaitsForAnExecutionThatSomebodyElseRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), method()), engine.Options{})
		m.answer = func(a store.Accept) (store.Accepted, bool) {
			a.Execution.Owner = 99
			m.accept(store.Claimed{Execution: a.Execution})
			return store.Accepted{Elsewhere: true}, false
		}
		_, result := w.submitSync(t)
		noResult(t, result)
		<-time.After(time.Minute)
		noResult(t, result)
		if s := w.Stats(); s.Running != 0 || s.Held != 0 {
			t.Errorf("the slot was not given back: %+v", s)
		}
		w.close(t)
		endedEmpty(t, result)
	})
}

// TestAHeavyCallWaitsInTheTable submits a call that is too large to keep in memory.
func TestAHeavyCallWaitsInTheTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), method()), engine.Options{})
		defer w.close(t)
		synctest.Wait()
		x := w.execution("test", flow.Async)
		m.answer = func(a store.Accept) (store.Accepted, bool) {
			if a.Execution.Owner != 0 || w.Stats().Held != 0 {
				t.Errorf("it was written with owner %d, and %d places are taken", a.Execution.Owner, w.Stats().Held)
			}
			return store.Accepted{}, true
		}
		d := hook.Delivery{ID: x.Delivery, Request: hook.Request{Method: "POST"}}
		if _, err := w.Submit(store.Accept{Execution: x, Delivery: d}, hook.Context{Method: "PUT"}, true); err != nil {
			t.Fatal(err)
		}
		if x := <-w.ended; x.Status != flow.Succeeded || m.result(x.ID).Text() != `"POST"` {
			t.Errorf("%s with %s: it was not read from the table", x.Status, m.result(x.ID))
		}
	})
}

// TestARepeatOfACallThatRunsNeedsNoSlot has the only slot taken by the call that is repeated.
func TestARepeatOfACallThatRunsNeedsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := newMemory(), make(chan struct{})
		w := open(t, m, flowOf(flow.Options{}, list(1), held(release)), engine.Options{Slots: 1})
		defer w.close(t)
		key := &store.Dedupe{Key: [32]byte{1}}
		x := w.execution("test", flow.Sync)
		_, result, _, err := w.SubmitAndWait(t.Context(), store.Accept{Execution: x, Dedupe: key}, hook.Context{})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		repeat := func(to store.Accepted, writes bool) (store.Accepted, <-chan flow.Execution, error) {
			t.Helper()
			m.answer = func(store.Accept) (store.Accepted, bool) { return to, writes }
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			got, result, _, err := w.SubmitAndWait(ctx, store.Accept{Execution: w.execution("test", flow.Sync), Dedupe: key}, hook.Context{})
			m.answer = nil
			return got, result, err
		}
		if to, result, err := repeat(store.Accepted{First: &x}, false); err != nil || to.First != &x || result != nil {
			t.Errorf("the repeat: %+v, %v", to, err)
		}
		_, own, err := repeat(store.Accepted{}, true) // the key has expired meanwhile
		if err != nil || own == nil {
			t.Fatalf("one that is no repeat: %v", err)
		}
		close(release)
		oneResult(t, result)
		if y := oneResult(t, own); y.ID == x.ID || y.Status != flow.Succeeded {
			t.Errorf("one that is no repeat: %s", y.Status)
		}
		synctest.Wait()
		x = w.execution("test", flow.Sync)
		_, result, _, err = w.SubmitAndWait(t.Context(), store.Accept{Execution: x, Dedupe: key}, hook.Context{})
		if err != nil || oneResult(t, result).ID != x.ID {
			t.Errorf("after the end: %v", err)
		}
	})
}
