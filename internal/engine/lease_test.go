package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func TestTheLeaseIsRenewedLongBeforeItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
		<-time.After(3*time.Hour + time.Minute)
		synctest.Wait()
		w.memory.mu.Lock()
		renewals := w.memory.renewals
		w.memory.mu.Unlock()
		if renewals != 9 { // leases of an hour, renewed every 20 minutes
			t.Errorf("renewed %d times in three hours", renewals)
		}
		w.close(t)
	})
}

func TestExecutionsOfADeadProcessAreTakenOverWhileThisOneRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
		left := flow.Execution{ID: 7, Workflow: "test", Revision: "r1", Status: flow.Running, Owner: 1_000}
		w.memory.accept(store.Claimed{Execution: left, Delivery: hook.Delivery{Request: hook.Request{Method: "POST"}}})
		if x := <-w.ended; x.ID != left.ID || x.Status != flow.Succeeded {
			t.Errorf("ended: %d %s", x.ID, x.Status)
		}
		w.close(t)
	})
}

func TestAnEngineThatLostItsLeaseRunsNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), gives(value.Null())), engine.Options{})
		if err := w.Healthy(); err != nil {
			t.Fatal(err)
		}
		m.mu.Lock()
		m.leaseLost = true
		m.mu.Unlock()
		<-time.After(21 * time.Minute)
		synctest.Wait()
		if err := w.Healthy(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("it says %v", err)
		}
		id := w.call()
		<-time.After(time.Hour)
		synctest.Wait()
		m.mu.Lock()
		x := m.rows[id].Execution
		m.mu.Unlock()
		if x.Owner != 0 || x.Status != flow.Queued {
			t.Errorf("the execution %s has the owner %d and is %s", id.Text(ident.Execution), x.Owner, x.Status)
		}
		w.close(t)
	})
}
