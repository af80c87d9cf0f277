package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// of accepts a call of a workflow and brings its execution to a status.
func (w *harness) of(workflow string, to flow.Status) store.Accept {
	w.Helper()
	a := w.call(w.owner)
	a.Delivery.Workflow, a.Execution.Workflow = workflow, workflow
	w.ok(w.accept(a))
	switch to {
	case flow.Queued:
	case flow.Running:
		w.commit(w.running(a.Execution.ID, w.step(a.Execution.ID, 1)))
	case flow.Waiting:
		w.commit(w.sleeping(a.Execution.ID, w.now().Add(time.Hour)))
	default:
		w.commit(w.ending(a.Execution.ID, to, w.step(a.Execution.ID, 1)))
	}
	return a
}

// refuse stores a delivery without an execution.
func (w *harness) refuse(workflow string, o hook.Outcome) ident.ID {
	w.Helper()
	n := w.delivery(o)
	n.Workflow = workflow
	w.same("kept", w.SaveDelivery(n), true)
	return n.ID
}

// left returns the stored deliveries, oldest first.
func (w *harness) left() []ident.ID {
	w.Helper()
	ids, list := []ident.ID{}, w.deliveries(store.Listing{Limit: store.MaxPage})
	for i := range list {
		ids = append(ids, list[len(list)-1-i].ID)
	}
	return ids
}

func (w *harness) delete(f store.Deletion) store.Deleted {
	w.Helper()
	out, err := w.DeleteDeliveries(f)
	w.ok(err)
	return out
}

func testRetention(t *testing.T, d Driver) {
	t.Run("what refused calls use is known, and they can go before others", func(t *testing.T) {
		w := newHarness(t, d)
		kept := []ident.ID{w.of("one", flow.Succeeded).Delivery.ID}
		const each = 10_000
		refused := []hook.Outcome{hook.Filtered, hook.Handshake, hook.Rejected, hook.Unmatched}
		for _, o := range refused {
			for range 3 {
				n := w.delivery(o)
				n.Request.Body = make([]byte, each)
				w.same("kept", w.SaveDelivery(n), true)
			}
		}
		kept = append(kept, w.of("one", flow.Succeeded).Delivery.ID)
		count, bytes, err := w.RefusedUsage()
		w.ok(err)
		total := int64(3 * len(refused))
		if count != total || bytes < total*each || bytes > total*(each+5_000) {
			t.Errorf("%d refused deliveries use %d bytes, want %d of about %d", count, bytes, total, total*each)
		}
		w.clock.Advance(time.Hour)
		w.same("deleted", w.delete(store.Deletion{Refused: true, Before: w.now(), Limit: 100}).Deliveries, int(total))
		w.same("left", w.left(), kept)
		count, bytes, err = w.RefusedUsage()
		w.ok(err)
		w.same("refused", [2]int64{count, bytes}, [2]int64{})
	})
	t.Run("what has ended goes with all that belongs to it, what has not stays", func(t *testing.T) {
		w := newHarness(t, d)
		var stay []ident.ID
		var gone []store.Accept
		for _, status := range []flow.Status{flow.Queued, flow.Succeeded, flow.Running, flow.Failed, flow.Waiting, flow.Canceled, flow.Aborted} {
			if a := w.of("one", status); status.Final() {
				gone = append(gone, a)
			} else {
				stay = append(stay, a.Delivery.ID)
			}
		}
		w.clock.Advance(time.Hour)
		current := w.of("one", flow.Succeeded)
		before := w.unfinished()
		w.same("deleted", w.delete(store.Deletion{Before: w.now(), Limit: 100}), store.Deleted{Deliveries: 4, Executions: 4})
		w.same("left", w.left(), append(stay, current.Delivery.ID))
		for _, a := range gone {
			_, err := w.Load(t.Context(), a.Execution.ID)
			w.fails(err, fault.NotFound)
		}
		w.same("the current one's journal", len(w.load(current.Execution.ID).Steps), 1)
		w.same("unfinished", w.unfinished(), before)
		w.same("again", w.delete(store.Deletion{Before: w.now(), Limit: 100}), store.Deleted{})
		w.reopen()
		w.same("left", w.left(), append(stay, current.Delivery.ID))
		w.backlog(2)
	})

	t.Run("the oldest go first, in chunks", func(t *testing.T) {
		w := newHarness(t, d)
		var ids []ident.ID
		for i := range 7 {
			w.clock.Advance(time.Second)
			ids = append(ids, w.of([]string{"b", "a"}[i%2], flow.Succeeded).Delivery.ID)
		}
		w.clock.Advance(time.Second)
		for left := len(ids); left > 0; left -= 3 {
			n := min(3, left)
			w.same("chunk", w.delete(store.Deletion{Before: w.now(), Limit: 3}), store.Deleted{Deliveries: n, Executions: n, More: n == 3})
			w.same("left", w.left(), ids[len(ids)-left+n:])
		}
	})

	t.Run("workflows have rules of their own", func(t *testing.T) {
		w := newHarness(t, d)
		at := map[string]ident.ID{}
		for _, name := range []string{"a", "b", "c", "d"} {
			at[name] = w.of(name, flow.Succeeded).Delivery.ID
		}
		at["none"] = w.refuse("", hook.Unmatched)
		w.queuedIn("z")
		w.clock.Advance(time.Hour)
		w.same("of one", w.delete(store.Deletion{Workflow: "b", Before: w.now(), Limit: 9}).Deliveries, 1)
		w.gone(at, "b")
		w.same("of others", w.delete(store.Deletion{Except: []string{"a", "d"}, Before: w.now(), Limit: 1}), store.Deleted{Deliveries: 1, More: true})
		w.same("of others", w.delete(store.Deletion{Except: []string{"a", "d"}, Before: w.now(), Limit: 9}).Deliveries, 1)
		w.gone(at, "b", "c", "none")
		w.same("of all", w.delete(store.Deletion{Before: w.now(), Limit: 9}).Deliveries, 2)
		w.gone(at, "a", "b", "c", "d", "none")
	})

	t.Run("refused calls have a rule of their own", func(t *testing.T) {
		w := newHarness(t, d)
		at := map[string]ident.ID{"accepted": w.of("a", flow.Succeeded).Delivery.ID}
		first := w.brought("k", flow.Succeeded)
		repeat := w.keyed("k")
		w.repeats(repeat, first)
		at["first"], at["repeat"] = w.load(first).Delivery.ID, repeat.Delivery.ID
		for _, o := range []hook.Outcome{hook.Filtered, hook.Handshake, hook.Rejected, hook.Unmatched} {
			at[string(o)+" a"], at[string(o)+" b"] = w.refuse("a", o), w.refuse("b", o)
		}
		w.queuedIn("z")
		w.clock.Advance(time.Hour)
		f := store.Deletion{Refused: true, Workflow: "a", Before: w.now(), Limit: 3}
		w.same("a chunk", w.delete(f), store.Deleted{Deliveries: 3, More: true})
		w.same("the rest", w.delete(f), store.Deleted{Deliveries: 1})
		w.gone(at, "filtered a", "handshake a", "rejected a", "unmatched a")
		f = store.Deletion{Refused: true, Except: []string{"b"}, Before: w.now(), Limit: 9}
		w.same("of others", w.delete(f), store.Deleted{})
		f.Except = nil
		w.same("of all", w.delete(f), store.Deleted{Deliveries: 4})
		w.same("the others", w.delete(store.Deletion{Before: w.now(), Limit: 9}), store.Deleted{Deliveries: 3, Executions: 2})
	})

	t.Run("the repeat of one that has not ended stays with it", func(t *testing.T) {
		w := newHarness(t, d)
		first := w.brought("k", flow.Running)
		repeat := w.keyed("k")
		w.repeats(repeat, first)
		w.clock.Advance(time.Minute)
		w.same("while it runs", w.delete(store.Deletion{Before: w.now(), Limit: 9}), store.Deleted{})
		w.commit(w.ending(first, flow.Succeeded, w.step(first, 2)))
		w.same("when it has ended", w.delete(store.Deletion{Before: w.now(), Limit: 9}), store.Deleted{Deliveries: 2, Executions: 1})
	})

	t.Run("usage grows and shrinks", func(t *testing.T) {
		w := newHarness(t, d)
		usage := func() int64 {
			w.Helper()
			n, err := w.Usage()
			w.ok(err)
			return n
		}
		before := usage()
		const calls, size = 20, 100_000
		for range calls {
			a := w.call(w.owner)
			a.Delivery.Request.Body = make([]byte, size)
			w.ok(w.accept(a))
			w.commit(w.ending(a.Execution.ID, flow.Succeeded))
		}
		full := usage()
		w.same("grown", full-before >= calls*size && full-before < 2*calls*size, true)
		w.clock.Advance(time.Hour)
		w.delete(store.Deletion{Before: w.now(), Limit: calls})
		w.same("shrunk", usage()-before < calls*size/4, true)
	})

	t.Run("what makes no sense is refused", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.DeleteDeliveries(store.Deletion{Before: w.now()})
		w.fails(err, fault.Invalid)
		_, err = w.DeleteDeliveries(store.Deletion{Limit: 1})
		w.fails(err, fault.Invalid)
	})
}

// queuedIn accepts a call, which also writes the queued notes.
func (w *harness) queuedIn(workflow string) {
	w.Helper()
	w.of(workflow, flow.Queued)
}

// gone checks that exactly these deliveries are gone.
func (w *harness) gone(at map[string]ident.ID, names ...string) {
	w.Helper()
	for name, id := range at {
		want := false
		for _, n := range names {
			want = want || n == name
		}
		_, err := w.Delivery(w.Context(), id)
		if fault.Is(err, fault.NotFound) != want {
			w.Fatalf("%s: gone is %v, want %v (%v)", name, !want, want, err)
		}
	}
}
