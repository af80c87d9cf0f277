package storetest

import (
	"bytes"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

func testDoor(t *testing.T, d Driver) {
	t.Run("an accepted call is there whole", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(w.owner)
		w.ok(w.accept(a))
		l := w.load(a.Execution.ID)
		w.same("execution", l.Execution, a.Execution)
		w.same("delivery", l.Delivery, a.Delivery)
		w.same("journal", len(l.Steps), 0)
		alone, err := w.Delivery(t.Context(), a.Delivery.ID)
		w.ok(err)
		w.same("delivery read alone", alone, a.Delivery)
	})

	t.Run("a bare call is there whole", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(0)
		a.Delivery.Request = hook.Request{Method: "GET", Path: "/", ReceivedAt: w.now()}
		w.ok(w.accept(a))
		w.same("delivery", w.load(a.Execution.ID).Delivery, a.Delivery)
	})

	t.Run("a body is there as received and opened", func(t *testing.T) {
		for name, opened := range map[string][]byte{"opened": []byte("{\"n\":1.0}"), "opened, empty": {}} {
			w := newHarness(t, d)
			a := w.call(0)
			a.Delivery.Request.Opened, a.Delivery.Request.As = opened, "application/json"
			w.ok(w.accept(a))
			w.same(name, w.load(a.Execution.ID).Delivery.Request, a.Delivery.Request)
		}
	})

	t.Run("a large body is there to the byte", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(0)
		a.Delivery.Request.Body = make([]byte, 3<<20)
		for i := range a.Delivery.Request.Body {
			a.Delivery.Request.Body[i] = byte(i * 7 >> 3)
		}
		w.ok(w.accept(a))
		w.same("the same bytes", bytes.Equal(w.load(a.Execution.ID).Delivery.Request.Body, a.Delivery.Request.Body), true)
	})

	t.Run("accepting the same again writes nothing twice", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(0)
		w.ok(w.accept(a))
		w.ok(w.accept(a))
		w.backlog(1)
	})

	t.Run("an id that is taken is a conflict and harms nobody", func(t *testing.T) {
		w := newHarness(t, d)
		first, second := w.call(0), w.call(0)
		w.ok(w.accept(first))
		second.Delivery.ID = first.Delivery.ID
		second.Execution.Delivery = first.Delivery.ID
		w.fails(w.accept(second), fault.Conflict)
		third := w.call(0)
		third.Execution.ID = first.Execution.ID
		third.Delivery.Execution = first.Execution.ID
		w.fails(w.accept(third), fault.Conflict)
		_, err := w.Delivery(t.Context(), third.Delivery.ID)
		w.fails(err, fault.NotFound)
		w.same("the first", w.load(first.Execution.ID).Delivery, first.Delivery)
		w.backlog(1)
	})

	t.Run("ids that do not fit are refused", func(t *testing.T) {
		w := newHarness(t, d)
		for name, break1 := range map[string]func(*store.Accept){
			"no execution id":      func(a *store.Accept) { a.Execution.ID = 0 },
			"another delivery":     func(a *store.Accept) { a.Execution.Delivery++ },
			"another execution":    func(a *store.Accept) { a.Delivery.Execution++ },
			"an execution running": func(a *store.Accept) { a.Execution.Status = flow.Running },
		} {
			a := w.call(0)
			break1(&a)
			if err := w.accept(a); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: error is %v", name, err)
			}
		}
	})

	t.Run("the backlog counts what is queued or running", func(t *testing.T) {
		w := newHarness(t, d)
		w.backlog(0)
		one, two := w.accepted().Execution.ID, w.accepted().Execution.ID
		w.backlog(2)
		w.commit(w.running(one))
		w.backlog(2)
		w.commit(w.sleeping(one, w.now()))
		w.backlog(1)
		w.commit(w.ending(two, flow.Failed))
		w.backlog(0)
		w.ok(w.retry(two))
		w.backlog(1)
		w.reopen()
		w.backlog(1)
	})

	t.Run("a note is there after a while", func(t *testing.T) {
		w := newHarness(t, d)
		n := w.delivery(hook.Rejected)
		n.Workflow, n.Gate, n.Reason, n.Status = "github-push", "basic", "wrong password", 401
		if !w.SaveDelivery(n) {
			t.Fatal("dropped")
		}
		w.reopen() // closing writes the queued notes
		got, err := w.Delivery(t.Context(), n.ID)
		w.ok(err)
		w.same("delivery", got, n)
		w.backlog(0)
	})

	t.Run("a note rides on another write", func(t *testing.T) {
		w := newHarness(t, d)
		var ids []ident.ID
		for range 3 {
			n := w.delivery(hook.Unmatched)
			ids = append(ids, n.ID)
			w.same("kept", w.SaveDelivery(n), true)
		}
		w.queued()
		for _, id := range ids {
			_, err := w.Delivery(t.Context(), id)
			w.ok(err)
		}
	})

	t.Run("notes are bounded and dropped, and never in the way", func(t *testing.T) {
		w := newHarness(t, d)
		n := w.delivery(hook.Unmatched)
		n.Request.Body = make([]byte, 1<<20)
		kept := 0
		for kept < 1000 && w.SaveDelivery(n) {
			kept++
			n.ID = w.ids.Next()
		}
		if kept == 0 || kept == 1000 {
			t.Fatalf("%d notes of 1 MiB were taken", kept)
		}
		w.queued()
	})

	t.Run("a full disk refuses new calls and takes commits", func(t *testing.T) {
		w := openHarness(t, d, Options{Reserve: 1 << 60})
		w.fails(w.accept(w.call(0)), fault.Unavailable)
		w.same("kept", w.SaveDelivery(w.delivery(hook.Rejected)), false)
		w.ok(w.publish(w.published("still", "works")))
		w.backlog(0)
	})
}
