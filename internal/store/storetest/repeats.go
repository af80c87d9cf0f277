package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// brought accepts a call with a key and brings its execution to a status.
func (w *harness) brought(key string, to flow.Status) ident.ID {
	w.Helper()
	a := w.keyed(key)
	if to == flow.Queued {
		a.Execution.Owner = 0
	}
	id := w.runs(a)
	switch to {
	case flow.Queued:
	case flow.Running:
		w.commit(w.running(id, w.step(id, 1)))
	case flow.Waiting:
		w.commit(w.sleeping(id, w.now().Add(window)))
	default:
		w.commit(w.ending(id, to, w.step(id, 1)))
	}
	return id
}

func testRepeats(t *testing.T, d Driver) {
	for _, status := range []flow.Status{flow.Queued, flow.Running, flow.Waiting, flow.Succeeded, flow.Canceled} {
		t.Run("the repeat of one that is "+string(status)+" changes nothing", func(t *testing.T) {
			w := newHarness(t, d)
			first := w.brought("k", status)
			before, backlog := w.load(first), w.Backlog()
			out := w.repeats(w.keyed("k"), first)
			w.same("retried", out.Retried, false)
			w.same("unchanged", w.load(first), before)
			w.backlog(backlog)
		})
	}

	for _, status := range []flow.Status{flow.Failed, flow.Aborted} {
		t.Run("the repeat of one that "+string(status)+" puts it back into the queue", func(t *testing.T) {
			w := newHarness(t, d)
			first := w.brought("k", status)
			before := w.load(first)
			w.clock.Advance(time.Minute)
			a := w.keyed("k")
			out := w.take(a)
			w.same("as it stood", *out.First, before.Execution)
			w.same("retried", out.Retried, true)
			w.repeated(a, first)
			w.backlog(1)
			after := w.load(first)
			marker := flow.Step{Execution: first, N: 2, Type: flow.MarkerRetry, Round: 1, Status: flow.Succeeded, StartedAt: w.now(), FinishedAt: w.now()}
			w.same("journal", after.Steps, append(before.Steps, marker))
			want := before.Execution
			want.Status, want.Owner, want.Round, want.Reason, want.Error, want.FinishedAt = flow.Queued, 0, 1, "", nil, time.Time{}
			w.same("execution", after.Execution, want)
			w.repeats(w.keyed("k"), first) // it is queued again
			w.same("claimed", idsOf(w.claim(1, false)), []ident.ID{first})
			w.commit(w.ending(first, flow.Succeeded, w.step(first, 3)))
			w.repeats(w.keyed("k"), first)
			w.backlog(0)
		})
	}

	t.Run("the answer of one that succeeded comes with the repeat", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.brought("k", flow.Running)
		answer := &hook.Reply{Status: 201, Headers: []hook.Header{{Name: "X-A", Value: "1"}}, Body: []byte(`{"a":1.0}`)}
		w.same("kept", w.SaveAnswer(hook.Delivery{ID: w.load(first).Delivery.ID, Status: 201, Took: time.Second, Answer: answer}), true)
		w.queued() // writes the queued note too
		w.same("while it is live", w.repeats(w.keyed("k"), first).Answer, (*hook.Reply)(nil))
		w.commit(w.ending(first, flow.Succeeded))
		w.same("answer", w.repeats(w.keyed("k"), first).Answer, answer)
		w.reopen()
		w.same("answer", w.repeats(w.keyed("k"), first).Answer, answer)
	})

	t.Run("a plain answer comes as none", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.keyed("k")
		a.Delivery.Answer = nil
		first := w.runs(a)
		w.commit(w.ending(first, flow.Succeeded))
		w.same("answer", w.repeats(w.keyed("k"), first).Answer, (*hook.Reply)(nil))
	})

	t.Run("the first one comes with its reply and output", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.brought("k", flow.Running)
		c := w.ending(first, flow.Succeeded)
		c.State.Reply = &hook.Reply{Status: 418, Headers: []hook.Header{{Name: "X", Value: "y"}}, Body: []byte("teapot")}
		c.State.Output = value.Trusted(`{"n":1.0}`)
		w.commit(c)
		out := w.repeats(w.keyed("k"), first) // compares the whole outcome
		w.same("reply", out.First.Reply, c.State.Reply)
	})

	t.Run("one that is deleted counts as succeeded, with no answer, and does not run again", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.brought("k", flow.Failed)
		w.clock.Advance(window / 2)
		out, err := w.DeleteDeliveries(store.Deletion{Before: w.now(), Limit: 10})
		w.ok(err)
		w.same("deleted", out.Executions, 1)
		a := w.keyed("k")
		w.same("outcome", w.take(a), store.Accepted{First: &flow.Execution{ID: first, Workflow: a.Execution.Workflow, Status: flow.Succeeded}})
		w.repeated(a, first)
		w.backlog(0)
	})

	t.Run("accepting the same again comes to the same", func(t *testing.T) {
		w := newHarness(t, d)
		for _, status := range []flow.Status{flow.Running, flow.Succeeded, flow.Failed, flow.Canceled} {
			key := string(status)
			a := w.keyed(key)
			w.runs(a)
			w.same("the first one", w.take(a), store.Accepted{})
			w.commit(w.running(a.Execution.ID, w.step(a.Execution.ID, 1)))
			if status != flow.Running {
				w.commit(w.ending(a.Execution.ID, status, w.step(a.Execution.ID, 2)))
			}
			w.same("when it is over", w.take(a), store.Accepted{})
			b := w.keyed(key)
			out := w.take(b)
			backlog, journal := w.Backlog(), w.load(a.Execution.ID).Steps
			for range 2 {
				again := w.take(b)
				w.same("answer", again.Answer, out.Answer)
				w.same("retried", again.Retried, out.Retried)
				w.same("the first one", again.First.ID, out.First.ID)
				w.same("its status", again.First.Status, out.First.Status)
				w.same("journal", w.load(a.Execution.ID).Steps, journal)
				w.backlog(backlog)
				w.reopen()
			}
			w.clock.Advance(2 * window) // the key has expired
			_, err := w.DeleteExpiredKeys(w.now(), 100)
			w.ok(err)
			w.same("when the key is gone", w.take(a), store.Accepted{})
			w.same("when the key is gone", w.take(b).Retried, out.Retried)
		}
	})
}
