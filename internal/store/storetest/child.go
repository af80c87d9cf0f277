package storetest

import (
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

// testChild tests Commits that start another execution.
func testChild(t *testing.T, d Driver) {
	withChild := func(w *harness, c store.Commit) (store.Commit, store.Accept) {
		child := w.call(0)
		c.Child = &child
		return c, child
	}

	t.Run("an end starts another execution in the same write", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		c, child := withChild(w, w.ending(id, flow.Failed, w.step(id, 1)))
		w.commit(c)
		w.backlog(1)
		w.same("again", w.commit(c), store.Committed{})
		w.backlog(1)
		w.status(id, flow.Failed)
		l := w.load(child.Execution.ID)
		w.same("child", l.Execution, child.Execution)
		w.same("its delivery", l.Delivery.Request, child.Delivery.Request)
		w.reopen()
		w.same("after a restart", w.load(child.Execution.ID).Execution, child.Execution)
	})

	t.Run("a fenced end starts nothing", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		c, child := withChild(w, w.ending(id, flow.Failed))
		c.Owner += 7
		w.same("outcome", w.commit(c), store.Committed{Fenced: true})
		_, err := w.Load(t.Context(), child.Execution.ID)
		w.fails(err, fault.NotFound)
	})

	t.Run("a commit that goes on starts nothing", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		c, _ := withChild(w, w.running(id, w.step(id, 1)))
		_, err := w.Commit(c)
		w.fails(err, fault.Invalid)
		c, child := withChild(w, w.ending(id, flow.Failed))
		child.Execution.Owner = 3
		c.Child = &child
		_, err = w.Commit(c)
		w.fails(err, fault.Invalid)
	})
}
