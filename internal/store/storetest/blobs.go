package storetest

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// keep stores content and leaves it pinned.
func (w *harness) keep(content string) store.Blob {
	w.Helper()
	b, err := w.blobs.Create()
	w.ok(err)
	_, err = b.Write([]byte(content))
	w.ok(err)
	blob, err := b.Keep()
	w.ok(err)
	return blob
}

// kept reports whether content exists and is complete.
func (w *harness) kept(b store.Blob) bool {
	w.Helper()
	f, size, err := w.blobs.Open(b.SHA256)
	if fault.Is(err, fault.NotFound) {
		return false
	}
	w.ok(err)
	content, err := io.ReadAll(f)
	w.ok(err)
	w.ok(f.Close())
	w.same("size", []int64{size, int64(len(content))}, []int64{b.Size, b.Size})
	return true
}

// storing returns a call whose body and one file are stored as blobs.
func (w *harness) storing(body, file string) (store.Accept, []store.Blob) {
	w.Helper()
	a := w.call(w.owner)
	a.Delivery.Request.Body = []byte(body)
	list := []store.Blob{w.keep(body), w.keep(file)}
	a.Delivery.Request.Stored = list[0].SHA256
	a.Delivery.Request.Files = []hook.File{{Name: "doc", Filename: "../../etc/passwd", Type: "text/plain", Size: list[1].Size, SHA256: list[1].SHA256}}
	return a, list
}

func (w *harness) unpin(list []store.Blob) {
	for _, b := range list {
		w.blobs.Unpin(b.SHA256)
	}
}

// sweep sweeps all blobs, however current.
func (w *harness) sweep() int {
	w.Helper()
	n, err := w.SweepBlobs(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	w.ok(err)
	return n
}

func testBlobs(t *testing.T, d Driver) {
	if d.Blobs == nil {
		return
	}
	large := string(bytes.Repeat([]byte("large \x00\xff"), 5000))

	t.Run("a body beside the store is read as if it were in it", func(t *testing.T) {
		w := newHarness(t, d)
		a, list := w.storing(large, "file")
		a.Execution.Owner = 0
		w.ok(w.accept(a))
		w.unpin(list)
		w.sweep()
		w.reopen()
		w.begin()
		w.same("loaded", w.load(a.Execution.ID).Delivery, a.Delivery)
		got, err := w.Delivery(t.Context(), a.Delivery.ID)
		w.ok(err)
		w.same("delivery", got, a.Delivery)
		w.same("claimed", w.claim(1, false)[0].Delivery, a.Delivery)
		w.same("file", w.kept(list[1]), true)
	})

	t.Run("what nobody names is swept, what is pinned or named stays", func(t *testing.T) {
		w := newHarness(t, d)
		a, named := w.storing("body", "file")
		w.ok(w.accept(a))
		w.unpin(named)
		n := w.delivery(hook.Rejected)
		note := w.keep("of a note")
		n.Request.Files = []hook.File{{SHA256: note.SHA256, Size: note.Size}}
		w.same("kept", w.SaveDelivery(n), true)
		w.queued() // writes the queued note too
		w.blobs.Unpin(note.SHA256)
		pinned, twice, orphan := w.keep("pinned"), w.keep("twice"), w.keep("orphan")
		w.keep("twice")
		w.unpin([]store.Blob{twice, orphan})
		w.same("swept", w.sweep(), 1)
		for _, b := range append(named, note, pinned, twice) {
			w.same("kept", w.kept(b), true)
		}
		w.same("gone", w.kept(orphan), false)
		w.unpin([]store.Blob{pinned, twice})
		w.same("swept", w.sweep(), 2)
		w.same("kept again", w.kept(w.keep("orphan")), true)
	})

	t.Run("what is current is not swept, nor what is unfinished, unless it is of another life", func(t *testing.T) {
		w := newHarness(t, d)
		current := w.keep("current")
		w.blobs.Unpin(current.SHA256)
		b, err := w.blobs.Create()
		w.ok(err)
		_, err = b.Write([]byte("unfinished"))
		w.ok(err)
		n, err := w.SweepBlobs(time.Unix(0, 0))
		w.ok(err)
		w.same("swept", n, 0)
		w.reopen()
		w.same("swept", w.sweep(), 2)
		b.Discard()
	})

	t.Run("a blob goes with the last delivery that names it", func(t *testing.T) {
		w := newHarness(t, d)
		a, list := w.storing("shared body", "file of the first")
		w.ok(w.accept(a))
		w.commit(w.ending(a.Execution.ID, flow.Succeeded))
		w.clock.Advance(time.Hour)
		b, more := w.storing("shared body", "file of the second")
		w.ok(w.accept(b))
		w.commit(w.ending(b.Execution.ID, flow.Succeeded))
		w.unpin(append(list, more...))
		out, err := w.DeleteDeliveries(store.Deletion{Before: w.now(), Limit: 9})
		w.ok(err)
		w.same("the first", out, store.Deleted{Deliveries: 1, Executions: 1, Blobs: 1})
		w.same("what is left", []bool{w.kept(list[0]), w.kept(list[1]), w.kept(more[1])}, []bool{true, false, true})
		out, err = w.DeleteDeliveries(store.Deletion{Before: w.now().Add(time.Hour), Limit: 9})
		w.ok(err)
		w.same("the second", out, store.Deleted{Deliveries: 1, Executions: 1, Blobs: 2})
		w.same("orphans", w.sweep(), 0)
	})

	t.Run("a blob of a step lives as long as the delivery of its execution", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(w.owner)
		w.ok(w.accept(a))
		first, last, fenced := w.keep("of a step"), w.keep("of the last step"), w.keep("of another owner")
		c := w.running(a.Execution.ID)
		c.Blobs = []string{first.SHA256}
		w.commit(c)
		w.commit(c) // its outcome was lost
		c = w.ending(a.Execution.ID, flow.Succeeded)
		c.Blobs = []string{first.SHA256, last.SHA256}
		w.commit(c)
		c = w.ending(a.Execution.ID, flow.Succeeded)
		c.Blobs = []string{fenced.SHA256}
		w.same("after the end", w.commit(c).Fenced, true)
		w.unpin([]store.Blob{first, last, fenced})
		w.same("swept", w.sweep(), 1)
		w.reopen()
		w.same("kept", []bool{w.kept(first), w.kept(last), w.kept(fenced)}, []bool{true, true, false})
		out, err := w.DeleteDeliveries(store.Deletion{Before: w.now().Add(time.Hour), Limit: 9})
		w.ok(err)
		w.same("deleted", out, store.Deleted{Deliveries: 1, Executions: 1, Blobs: 2})
		w.begin()
		bad := w.call(w.owner)
		w.ok(w.accept(bad))
		c = w.running(bad.Execution.ID)
		c.Blobs = []string{"../../x"}
		_, err = w.Commit(c)
		w.fails(err, fault.Invalid)
	})

	t.Run("a body that is gone is named, and its execution fails instead of being found forever", func(t *testing.T) {
		w := newHarness(t, d)
		a, list := w.storing("lost", "file")
		a.Execution.Owner = 0
		// Nothing protects the blobs now: they are not pinned and the delivery is not stored yet.
		w.unpin(list)
		w.sweep()
		w.ok(w.accept(a))
		behind := w.queued()
		_, err := w.Delivery(t.Context(), a.Delivery.ID)
		w.fails(err, fault.Internal)
		if text := fault.Message(err); !strings.Contains(text, list[0].SHA256) || !strings.Contains(text, a.Delivery.ID.Text(ident.Delivery)) {
			t.Errorf("message %q names neither", text)
		}
		given := w.claim(2, false)
		w.same("given out", idsOf(given), []ident.ID{a.Execution.ID, behind})
		w.backlog(1)
		page, err := w.Executions(t.Context(), store.Listing{Query: only("status", "failed"), Limit: 9})
		w.ok(err)
		w.same("failed", len(page.Items), 1)
		w.same("given out as", given[0].Execution, page.Items[0])
		w.same("why", page.Items[0].Error, &flow.Error{Code: flow.CodeError, Message: fault.Message(errOf(w.Load(t.Context(), a.Execution.ID)))})
		w.same("end", page.Items[0].FinishedAt, w.now())
		w.unpin([]store.Blob{w.keep("lost")}) // as if an operator restored it
		w.ok(w.retry(a.Execution.ID))
		w.same("claimed", idsOf(w.claim(1, false)), []ident.ID{a.Execution.ID})
	})

	t.Run("what is no hash is refused", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(w.owner)
		a.Delivery.Request.Stored = "../../x"
		w.fails(w.accept(a), fault.Invalid)
		a.Delivery.Request.Stored = ""
		a.Delivery.Request.Files = []hook.File{{SHA256: "abc"}}
		w.fails(w.accept(a), fault.Invalid)
	})

	t.Run("usage counts blobs", func(t *testing.T) {
		w := newHarness(t, d)
		before, err := w.Usage()
		w.ok(err)
		b := w.keep(large)
		after, err := w.Usage()
		w.ok(err)
		w.same("more", after-before, b.Size)
		w.unpin([]store.Blob{b})
		w.sweep()
		after, err = w.Usage()
		w.ok(err)
		w.same("as before", after, before)
	})
}

func errOf(_ store.Loaded, err error) error { return err }
