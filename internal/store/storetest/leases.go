package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

// second starts another incarnation while the test's own stays alive.
func (w *harness) second() store.Lease {
	w.Helper()
	lease, err := w.Begin(w.now())
	w.ok(err)
	return lease
}

func (w *harness) takeOver() int {
	w.Helper()
	ended, err := w.TakeOver(w.now())
	w.ok(err)
	return len(ended)
}

func testLeases(t *testing.T, d Driver) {
	t.Run("two that live have different numbers and nodes, and keep their claims", func(t *testing.T) {
		w := newHarness(t, d)
		mine := w.accepted().Execution.ID
		other := w.second()
		if other.Incarnation <= w.lease.Incarnation || other.Node == w.lease.Node {
			t.Fatalf("lease %+v beside %+v", other, w.lease)
		}
		w.same("ended", w.takeOver(), 0)
		w.same("the claim stands", w.commit(w.running(mine, w.step(mine, 1))), store.Committed{})
		theirs := w.queued()
		list, err := w.Claim(other.Incarnation, w.now(), 10, false)
		w.ok(err)
		w.same("the other claims what is free alone", len(list), 1)
		w.same("fenced", w.commit(w.running(theirs, w.step(theirs, 1))), store.Committed{Fenced: true})
	})

	t.Run("a lease that is renewed stands", func(t *testing.T) {
		w := newHarness(t, d)
		mine := w.accepted().Execution.ID
		half := w.lease.Expires.Sub(w.now()) / 2
		for range 5 {
			w.clock.Advance(half)
			renewed, err := w.Renew(w.lease, w.now())
			w.ok(err)
			if !renewed.Expires.After(w.now().Add(half)) || renewed.Node != w.lease.Node || renewed.Incarnation != w.owner {
				t.Fatalf("renewed lease %+v of %+v", renewed, w.lease)
			}
			w.lease = renewed
			w.takeOver()
		}
		w.same("the claim stands", w.commit(w.running(mine, w.step(mine, 1))), store.Committed{})
	})

	t.Run("the claims of a lease that expired are taken over, its number is not used again", func(t *testing.T) {
		w := newHarness(t, d)
		lost := w.accepted().Execution.ID
		dead := w.lease
		w.clock.Advance(dead.Expires.Sub(w.now()) - time.Millisecond)
		heir := w.second()
		kept := w.call(heir.Incarnation)
		w.ok(w.accept(kept))
		w.takeOver()
		w.same("not yet", w.load(lost).Execution.Owner, dead.Incarnation)
		w.clock.Advance(time.Millisecond)
		w.takeOver()
		w.same("free", w.load(lost).Execution.Owner, flow.Incarnation(0))
		w.same("resumes", w.load(lost).Execution.Resumes, 1)
		w.same("the heir's own", w.load(kept.Execution.ID).Execution.Owner, heir.Incarnation)
		w.same("late", w.commit(w.running(lost, w.step(lost, 1))), store.Committed{Fenced: true})
		_, err := w.Renew(dead, w.now())
		w.fails(err, fault.Conflict)
		third := w.second()
		w.same("node", third.Node, dead.Node)
		if third.Incarnation <= heir.Incarnation {
			t.Fatalf("incarnation %d follows %d", third.Incarnation, heir.Incarnation)
		}
	})

	t.Run("an expired lease that nobody took over can be renewed", func(t *testing.T) {
		w := newHarness(t, d)
		mine := w.accepted().Execution.ID
		w.clock.Advance(w.lease.Expires.Sub(w.now()) + time.Hour) // as if the machine was suspended
		_, err := w.Renew(w.lease, w.now())
		w.ok(err)
		w.takeOver()
		w.same("the claim stands", w.commit(w.running(mine, w.step(mine, 1))), store.Committed{})
	})

	t.Run("what an owner without a lease accepts late is taken over too", func(t *testing.T) {
		w := newHarness(t, d)
		dead := w.owner
		w.begin()
		late := w.call(dead)
		w.ok(w.accept(late))
		w.takeOver()
		w.same("free", w.load(late.Execution.ID).Execution.Owner, flow.Incarnation(0))
	})

	t.Run("an orderly stop ends the lease", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.Release(w.owner))
		_, err := w.Renew(w.lease, w.now())
		w.fails(err, fault.Conflict)
		w.same("node", w.second().Node, w.lease.Node)
	})
}
