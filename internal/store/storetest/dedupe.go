package storetest

import (
	"crypto/sha256"
	"strconv"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// window is the lifetime of the suite's keys.
const window = time.Hour

// keyed returns a call with a dedupe key.
func (w *harness) keyed(key string) store.Accept {
	a := w.call(w.owner)
	a.Delivery.DedupeKey = key
	a.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte(key)), Expires: w.now().Add(window)}
	return a
}

func (w *harness) take(a store.Accept) store.Accepted {
	w.Helper()
	out, err := w.Accept(a)
	w.ok(err)
	return out
}

// runs accepts a call that must get an execution of its own, and returns its id.
func (w *harness) runs(a store.Accept) ident.ID {
	w.Helper()
	w.same("accepted", w.take(a), store.Accepted{})
	w.same("delivery", w.load(a.Execution.ID).Delivery, a.Delivery)
	return a.Execution.ID
}

// repeats accepts a call that must be a repeat of an execution, and returns the outcome.
func (w *harness) repeats(a store.Accept, first ident.ID) store.Accepted {
	w.Helper()
	before := w.load(first)
	out := w.take(a)
	if out.First == nil {
		w.Fatalf("the call ran: %+v", out)
	}
	w.same("the first one as it was", *out.First, before.Execution)
	w.repeated(a, first)
	return out
}

// repeated checks that a call is stored as a repeat, without an execution of its own.
func (w *harness) repeated(a store.Accept, first ident.ID) {
	w.Helper()
	want := a.Delivery
	want.Outcome, want.Execution = hook.Repeat, first
	got, err := w.Delivery(w.Context(), a.Delivery.ID)
	w.ok(err)
	w.same("delivery", got, want)
	_, err = w.Load(w.Context(), a.Execution.ID)
	w.fails(err, fault.NotFound)
}

func testDedupe(t *testing.T, d Driver) {
	t.Run("of several calls with one key the first one runs", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.runs(w.keyed("k"))
		for range 3 {
			out := w.repeats(w.keyed("k"), first)
			w.same("outcome", out, store.Accepted{First: out.First})
		}
		w.backlog(1)
		w.runs(w.keyed("another"))
		w.backlog(2)
	})

	t.Run("a key belongs to a workflow", func(t *testing.T) {
		w := newHarness(t, d)
		w.runs(w.keyed("k"))
		b := w.keyed("k")
		b.Delivery.Workflow, b.Execution.Workflow = "another", "another"
		first := w.runs(b)
		b = w.keyed("k")
		b.Delivery.Workflow, b.Execution.Workflow = "another", "another"
		w.repeats(b, first)
	})

	t.Run("calls without a key are nobody's repeat", func(t *testing.T) {
		w := newHarness(t, d)
		for range 2 {
			a := w.keyed("k")
			a.Dedupe = nil
			w.runs(a)
		}
	})

	t.Run("a key that is expired is taken over, and not a moment before", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.runs(w.keyed("k"))
		w.clock.Advance(window - time.Microsecond)
		w.repeats(w.keyed("k"), first) // does not extend the lifetime of the key
		w.clock.Advance(time.Microsecond)
		second := w.runs(w.keyed("k"))
		w.clock.Advance(window - time.Microsecond)
		w.repeats(w.keyed("k"), second)
	})

	t.Run("where the request must be the same, another one is refused and nothing is written", func(t *testing.T) {
		w := newHarness(t, d)
		of := func(request string) store.Accept { return fingerprinted(w, "k", request) }
		first := w.runs(of("a"))
		w.repeats(of("a"), first)
		other := of("b")
		w.same("outcome", w.take(other), store.Accepted{OtherRequest: true})
		_, err := w.Delivery(t.Context(), other.Delivery.ID)
		w.fails(err, fault.NotFound)
		w.repeats(w.keyed("k"), first) // has no fingerprint, so any request matches
		w.commit(w.ending(first, flow.Failed))
		w.same("outcome", w.take(of("b")), store.Accepted{OtherRequest: true})
		w.status(first, flow.Failed)
		w.reopen()
		w.same("after a restart", w.take(of("b")), store.Accepted{OtherRequest: true})
		w.runs(w.keyed("free"))
		w.repeats(fingerprinted(w, "free", "b"), w.last("free"))
	})

	t.Run("keys outlive a restart, however many there are", func(t *testing.T) {
		w := newHarness(t, d)
		first := make([]ident.ID, 40)
		for i := range first {
			first[i] = w.runs(w.keyed(strconv.Itoa(i)))
		}
		w.reopen()
		w.begin()
		for i, id := range first {
			w.repeats(w.keyed(strconv.Itoa(i)), id)
		}
	})

	t.Run("the deliveries of a key are found", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.runs(w.keyed("k"))
		repeat := w.keyed("k")
		w.repeats(repeat, first)
		w.runs(w.keyed("l"))
		for _, q := range []query.Query{only("key", "k"), only("key", "k").And(query.Is("workflow", "github-push"))} {
			page, err := w.Deliveries(t.Context(), store.Listing{Query: q, Limit: 9})
			w.ok(err)
			list := page.Items
			w.same("number", len(list), 2)
			w.same("newest", list[0].ID, repeat.Delivery.ID)
			w.same("first", list[1].Execution, first)
		}
	})
}

// fingerprinted returns a call with a key and the fingerprint of a request.
func fingerprinted(w *harness, key, request string) store.Accept {
	a := w.keyed(key)
	sum := sha256.Sum256([]byte(request))
	a.Dedupe.Fingerprint = &sum
	return a
}

// last returns the execution of the newest accepted delivery with a key.
func (w *harness) last(key string) ident.ID {
	w.Helper()
	page, err := w.Deliveries(w.Context(), store.Listing{Query: only("key", key).And(query.Is("outcome", "accepted")), Limit: 1})
	w.ok(err)
	w.same("deliveries of the key", len(page.Items), 1)
	return page.Items[0].Execution
}
