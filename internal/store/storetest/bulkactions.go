package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// planned creates a bulk action with n targets.
func (w *harness) planned(n int) (store.BulkAction, []ident.ID) {
	w.Helper()
	a := store.BulkAction{
		ID: w.ids.Next(), Kind: store.BulkReplay, State: store.BulkPlanned, Query: `outcome:rejected "é"`, Workflows: []string{"a", "b"},
		Options: value.Trusted(`{"rate":1.0}`), By: "ann", Count: n, CreatedAt: w.now(),
	}
	var targets []ident.ID
	for range n {
		targets = append(targets, w.ids.Next())
	}
	w.ok(w.CreateBulk(a, targets))
	return a, targets
}

func testBulkActions(t *testing.T, d Driver) {
	// has checks a stored action.
	has := func(w *harness, want store.BulkAction) {
		t.Helper()
		got, err := w.Bulk(w.Context(), want.ID)
		w.ok(err)
		w.same("bulk action", got, want)
	}

	t.Run("an action and its targets are kept", func(t *testing.T) {
		w := newHarness(t, d)
		for _, n := range []int{0, 1, store.BulkPart, store.BulkPart + 1, 3 * store.BulkPart} {
			a, targets := w.planned(n)
			w.reopen()
			has(w, a)
			var got []ident.ID
			for {
				ids, err := w.BulkTargets(w.Context(), a.ID, len(got))
				w.ok(err)
				if len(ids) == 0 {
					break
				}
				got = append(got, ids[:1+len(ids)/2]...)
			}
			w.same("targets", len(got), n)
			for i := range got {
				w.same("target", got[i], targets[i])
			}
		}
	})

	t.Run("progress replaces the row and leaves the targets", func(t *testing.T) {
		w := newHarness(t, d)
		other, _ := w.planned(2)
		a, targets := w.planned(3)
		a.State, a.StartedAt, a.Next, a.Acted, a.Skipped, a.Failed = store.BulkRunning, w.now(), 2, 1, 1, 0
		a.Pending = []ident.ID{w.ids.Next(), w.ids.Next()}
		a.Problems = value.Trusted(`[{"id":"exe_1","reason":"it runs"}]`)
		w.ok(w.ChangeBulk(a))
		w.reopen()
		has(w, a)
		has(w, other)
		ids, err := w.BulkTargets(w.Context(), a.ID, 2)
		w.ok(err)
		w.same("targets", ids, targets[2:])
		a.Pending, a.State, a.FinishedAt = nil, store.BulkDone, w.now()
		w.ok(w.ChangeBulk(a))
		has(w, a)
	})

	t.Run("lists are newest first and by state", func(t *testing.T) {
		w := newHarness(t, d)
		a, _ := w.planned(1)
		b, _ := w.planned(1)
		c, _ := w.planned(1)
		b.State = store.BulkRunning
		w.ok(w.ChangeBulk(b))
		ids := func(l store.BulkListing) (ids []ident.ID) {
			list, err := w.Bulks(w.Context(), l)
			w.ok(err)
			for _, x := range list {
				ids = append(ids, x.ID)
			}
			return ids
		}
		w.same("all", ids(store.BulkListing{Limit: 10}), []ident.ID{c.ID, b.ID, a.ID})
		w.same("two", ids(store.BulkListing{Limit: 2}), []ident.ID{c.ID, b.ID})
		w.same("the rest", ids(store.BulkListing{Limit: 2, Before: b.ID}), []ident.ID{a.ID})
		w.same("running", ids(store.BulkListing{State: store.BulkRunning, Limit: 10}), []ident.ID{b.ID})
		w.same("planned", ids(store.BulkListing{State: store.BulkPlanned, Limit: 10}), []ident.ID{c.ID, a.ID})
		w.same("planned before", ids(store.BulkListing{State: store.BulkPlanned, Before: c.ID, Limit: 10}), []ident.ID{a.ID})
		w.same("stopped", len(ids(store.BulkListing{State: store.BulkStopped, Limit: 10})), 0)
	})

	t.Run("lists of some workflows have only actions on these", func(t *testing.T) {
		w := newHarness(t, d)
		ab, _ := w.planned(1)
		only := store.BulkAction{ID: w.ids.Next(), Kind: store.BulkCancel, State: store.BulkPlanned, Workflows: []string{"b"}, Count: 1, CreatedAt: w.now()}
		w.ok(w.CreateBulk(only, []ident.ID{1}))
		for _, c := range []struct {
			workflows []string
			want      []ident.ID
		}{
			{nil, []ident.ID{only.ID, ab.ID}}, {[]string{"a", "b", "c"}, []ident.ID{only.ID, ab.ID}}, {[]string{"b"}, []ident.ID{only.ID}},
			{[]string{"a"}, nil}, {[]string{`b"`, "%"}, nil}, {[]string{}, nil},
		} {
			for _, state := range []store.BulkState{"", store.BulkPlanned} {
				list, err := w.Bulks(w.Context(), store.BulkListing{State: state, Workflows: c.workflows, Limit: 10})
				w.ok(err)
				var got []ident.ID
				for _, x := range list {
					got = append(got, x.ID)
				}
				w.same("actions", got, c.want)
			}
		}
	})

	t.Run("old ones are dropped, those that run never", func(t *testing.T) {
		w := newHarness(t, d)
		forgotten, _ := w.planned(2)
		running, _ := w.planned(2)
		ended, _ := w.planned(store.BulkPart + 1)
		running.State = store.BulkRunning
		w.ok(w.ChangeBulk(running))
		ended.State, ended.FinishedAt = store.BulkStopped, w.now()
		w.ok(w.ChangeBulk(ended))
		w.clock.Advance(time.Hour)
		fresh, _ := w.planned(1)
		n, err := w.DropBulks(w.now(), w.now().Add(-2*time.Hour))
		w.ok(err)
		w.same("dropped", n, 1)
		_, err = w.Bulk(w.Context(), forgotten.ID)
		w.fails(err, fault.NotFound)
		n, err = w.DropBulks(w.now(), w.now())
		w.ok(err)
		w.same("dropped", n, 1)
		ids, err := w.BulkTargets(w.Context(), ended.ID, 0)
		w.ok(err)
		w.same("its targets", len(ids), 0)
		has(w, running)
		has(w, fresh)
	})

	t.Run("what makes no sense is refused", func(t *testing.T) {
		w := newHarness(t, d)
		a, _ := w.planned(1)
		w.fails(w.CreateBulk(a, []ident.ID{1}), fault.Conflict)
		w.fails(w.CreateBulk(store.BulkAction{ID: w.ids.Next(), Count: 2}, []ident.ID{1}), fault.Invalid)
		w.fails(w.ChangeBulk(store.BulkAction{ID: w.ids.Next()}), fault.NotFound)
		_, err := w.Bulk(w.Context(), w.ids.Next())
		w.fails(err, fault.NotFound)
		has(w, a)
	})
}
