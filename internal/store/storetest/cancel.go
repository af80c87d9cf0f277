package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func (w *harness) requestCancel(id ident.ID, want flow.Status) {
	w.Helper()
	got, err := w.RequestCancel(id, w.now())
	w.ok(err)
	w.same("status after the request", got, want)
}

// retry puts an ended execution back into the queue, to continue at its failed step.
func (w *harness) retry(id ident.ID) error { return w.Retry(store.Retry{Execution: id, At: w.now()}) }

func testCancel(t *testing.T, d Driver) {
	t.Run("one that nobody works on is canceled at once", func(t *testing.T) {
		w := newHarness(t, d)
		queued, sleeper := w.queued(), w.accepted().Execution.ID
		w.commit(w.sleeping(sleeper, w.now().Add(time.Hour)))
		w.clock.Advance(time.Second)
		for _, id := range []ident.ID{queued, sleeper} {
			w.requestCancel(id, flow.Canceled)
			e := w.load(id).Execution
			w.same("status", e.Status, flow.Canceled)
			w.same("end", e.FinishedAt, w.now())
		}
		w.backlog(0)
		w.same("nothing to claim", len(w.claim(10, false)), 0)
	})

	t.Run("the owner learns it at the next commit, and the rows are written", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		w.requestCancel(id, flow.Queued)
		w.same("commit", w.commit(w.running(id, w.step(id, 1))), store.Committed{CancelRequested: true})
		w.same("journal", len(w.load(id).Steps), 1)
		w.same("the end", w.commit(w.ending(id, flow.Canceled)), store.Committed{CancelRequested: true})
		w.status(id, flow.Canceled)
		w.backlog(0)
	})

	t.Run("one that its owner lets go of is canceled then", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		w.requestCancel(id, flow.Queued)
		w.same("commit", w.commit(w.sleeping(id, w.now().Add(time.Hour))), store.Committed{CancelRequested: true})
		w.status(id, flow.Canceled)
		w.backlog(0)
		next, err := w.NextWake()
		w.ok(err)
		w.same("nobody sleeps", next.IsZero(), true)
	})

	t.Run("a request outlives the owner", func(t *testing.T) {
		w := newHarness(t, d)
		stopped, crashed := w.accepted().Execution.ID, w.accepted().Execution.ID
		w.requestCancel(stopped, flow.Queued)
		w.ok(w.Release(w.owner))
		w.status(stopped, flow.Canceled)
		w.same("free", idsOf(w.claim(10, false)), []ident.ID{crashed})
		w.requestCancel(crashed, flow.Queued)
		w.reopen()
		w.same("told", w.begin(), []ident.ID{crashed})
		w.status(crashed, flow.Canceled)
		w.backlog(0)
	})

	t.Run("an end stays as it is", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.end(flow.Succeeded)
		w.requestCancel(id, flow.Succeeded)
		w.status(id, flow.Succeeded)
	})

	t.Run("what does not exist is not found", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.RequestCancel(w.ids.Next(), w.now())
		w.fails(err, fault.NotFound)
	})
}

func testRetry(t *testing.T, d Driver) {
	for _, status := range []flow.Status{flow.Failed, flow.Aborted, flow.Canceled} {
		t.Run("one that was "+string(status)+" goes back into the queue", func(t *testing.T) {
			w := newHarness(t, d)
			id := w.accepted().Execution.ID
			c := w.ending(id, status, w.step(id, 1), w.step(id, 2))
			c.State.Reason = "why"
			w.commit(c)
			before := w.load(id)
			w.clock.Advance(time.Minute)
			w.ok(w.retry(id))
			after := w.load(id)
			marker := flow.Step{Execution: id, N: 3, Type: flow.MarkerRetry, Round: 1, Status: flow.Succeeded, StartedAt: w.now(), FinishedAt: w.now()}
			w.same("journal", after.Steps, append(before.Steps, marker))
			want := before.Execution
			want.Status, want.Owner, want.Round, want.Reason, want.Error, want.FinishedAt = flow.Queued, 0, 1, "", nil, time.Time{}
			w.same("execution", after.Execution, want)
			w.backlog(1)
			w.same("the late repetition of its end", w.commit(c), store.Committed{})
			w.same("unchanged", w.load(id), after)
			w.backlog(1)
			w.same("claimed", idsOf(w.claim(1, false)), []ident.ID{id})
			w.same("free of the old request", w.commit(w.ending(id, flow.Failed, w.step(id, 4))), store.Committed{})
			w.ok(w.retry(id))
			w.same("rounds", w.load(id).Execution.Round, 2)
		})
	}

	t.Run("the marker has what the retry says, exactly", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		w.commit(w.ending(id, flow.Failed, w.step(id, 1), w.step(id, 2)))
		before := w.load(id)
		rerun := flow.Rerun{
			From: "check", Dropped: []flow.Rows{{First: 1, Last: 2}}, Reopened: []int{1}, Revision: "abc", By: "ann@example.com",
			Data: value.Trusted(`{"z":1.0,"a":"\u003c","n":9007199254740993,"o":null}`),
		}
		w.fails(w.Retry(store.Retry{Execution: id, At: w.now(), Rerun: rerun, Planned: 1}), fault.Conflict)
		w.same("unchanged", w.load(id), before)
		w.ok(w.Retry(store.Retry{Execution: id, At: w.now(), Rerun: rerun, Planned: 2}))
		w.fails(w.Retry(store.Retry{Execution: id, At: w.now(), Rerun: rerun, Planned: 2}), fault.Conflict)
		w.reopen()
		steps := w.load(id).Steps
		w.same("the rows before", steps[:2], before.Steps)
		w.same("marker", flow.RerunOf(steps[2].Input), rerun)
		w.same("text of the data", flow.RerunOf(steps[2].Input).Data.Text(), rerun.Data.Text())
		w.same("nothing counts", len(advance.Lineage(steps)), 1)
	})

	t.Run("one that has ended since it was chosen is a conflict", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		w.commit(w.ending(id, flow.Failed, w.step(id, 1)))
		chosen := w.load(id).Execution.FinishedAt
		again := store.Retry{Execution: id, At: w.now(), EndedBy: chosen}
		w.ok(w.Retry(again))
		w.fails(w.Retry(again), fault.Conflict) // it waits
		w.clock.Advance(time.Microsecond)
		w.claim(1, false)
		w.commit(w.ending(id, flow.Failed, w.step(id, 3)))
		before := w.load(id)
		w.fails(w.Retry(again), fault.Conflict) // it has failed again
		w.same("unchanged", w.load(id), before)
		again.EndedBy = before.Execution.FinishedAt
		w.ok(w.Retry(again))
	})

	t.Run("a cancel of the round before does not count", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		w.requestCancel(id, flow.Queued)
		w.commit(w.ending(id, flow.Canceled))
		w.ok(w.retry(id))
		w.claim(1, false)
		w.same("commit", w.commit(w.running(id)), store.Committed{})
	})

	t.Run("others are a conflict", func(t *testing.T) {
		w := newHarness(t, d)
		running, sleeper := w.accepted().Execution.ID, w.accepted().Execution.ID
		w.commit(w.sleeping(sleeper, w.now()))
		for _, id := range []ident.ID{w.queued(), running, sleeper, w.end(flow.Succeeded)} {
			before := w.load(id)
			w.fails(w.retry(id), fault.Conflict)
			w.same("unchanged", w.load(id), before)
		}
		w.fails(w.retry(w.ids.Next()), fault.NotFound)
	})
}
