package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// did returns an entry that has no number yet.
func (w *harness) did(action, target string) audit.Entry {
	return audit.Entry{
		At: w.now(), By: audit.Actor{Kind: "session", ID: "7", Name: "a@example.com", Address: "192.0.2.7"}, Action: action, Target: target, Status: 200,
		Before: value.Trusted(`{"n":1.0}`), After: value.Trusted(`"\u003c"`),
	}
}

// log appends entries, each in a write of its own.
func (w *harness) log(actions ...string) {
	w.Helper()
	for _, action := range actions {
		_, err := w.AppendAudit([]audit.Entry{w.did(action, "target")})
		w.ok(err)
	}
}

// trail returns the whole log, oldest first, and checks the chain.
func (w *harness) trail() []audit.Entry {
	w.Helper()
	all, err := w.checkedTrail()
	w.ok(err)
	return all
}

func (w *harness) checkedTrail() (all []audit.Entry, err error) {
	ends, err := w.AuditEnds(w.Context())
	if err != nil {
		return nil, err
	}
	chain, q := audit.NewChain(ends.Anchor), store.AuditQuery{Oldest: true, Limit: 3}
	for {
		page, err := w.AuditEntries(w.Context(), q)
		if err != nil {
			return nil, err
		}
		for i := range page {
			if err := chain.Add(&page[i]); err != nil {
				return nil, err
			}
			q.After = page[i].Seq
		}
		if all = append(all, page...); len(page) < q.Limit {
			_, err := chain.End(ends.Head)
			return all, err
		}
	}
}

func testAudit(t *testing.T, d Driver) {
	t.Run("entries are chained and kept exactly", func(t *testing.T) {
		w := newHarness(t, d)
		w.same("entries", len(w.trail()), 0)
		first, bare := w.did("a", ""), audit.Entry{At: w.now(), By: audit.Actor{Kind: audit.Server}, Action: "start"}
		head, err := w.AppendAudit([]audit.Entry{first, bare})
		w.ok(err)
		w.same("head", head.Seq, int64(2))
		w.reopen()
		third := w.did("c", "é\n")
		head, err = w.AppendAudit([]audit.Entry{third})
		w.ok(err)
		ends, err := w.AuditEnds(w.Context())
		w.ok(err)
		w.same("ends", ends, store.AuditEnds{Head: head})
		got := w.trail()
		w.same("entries", len(got), 3)
		mark := audit.Mark{}
		for i, want := range []audit.Entry{first, bare, third} {
			mark = want.Seal(mark)
			w.same("entry", got[i], want)
		}
	})

	t.Run("concurrent callers make one chain", func(t *testing.T) {
		w := newHarness(t, d)
		const callers, each = 8, 5
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				for range each {
					if _, err := w.AppendAudit([]audit.Entry{w.did("a", fmt.Sprint(i)), w.did("b", fmt.Sprint(i))}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		got := w.trail()
		w.same("entries", len(got), callers*each*2)
		for i := 0; i < len(got); i += 2 { // those of one write stay together
			w.same("second of a pair", got[i].Target, got[i+1].Target)
		}
	})

	t.Run("pages are selected, in both directions", func(t *testing.T) {
		w := newHarness(t, d)
		for i := range 10 {
			e := w.did([]string{"put", "delete"}[i%2], fmt.Sprintf("t%d", i%3))
			e.By.Name = []string{"a", "b", "c", "d", "e"}[i%5]
			_, err := w.AppendAudit([]audit.Entry{e})
			w.ok(err)
			w.clock.Advance(time.Minute)
		}
		at := func(minute int) time.Time {
			return start().Add(w.now().Sub(start()) - 10*time.Minute + time.Duration(minute)*time.Minute)
		}
		for name, c := range map[string]struct {
			q    store.AuditQuery
			want []int64
		}{
			"newest":    {store.AuditQuery{Limit: 2}, []int64{10, 9}},
			"next page": {store.AuditQuery{Limit: 2, Before: 9}, []int64{8, 7}},
			"oldest":    {store.AuditQuery{Limit: 3, Oldest: true, After: 2}, []int64{3, 4, 5}},
			"action":    {store.AuditQuery{Limit: 9, Action: "delete", Before: 7}, []int64{6, 4, 2}},
			"target":    {store.AuditQuery{Limit: 9, Target: "t0"}, []int64{10, 7, 4, 1}},
			"by":        {store.AuditQuery{Limit: 9, By: "b", Oldest: true}, []int64{2, 7}},
			"both":      {store.AuditQuery{Limit: 9, Target: "t0", Action: "put"}, []int64{7, 1}},
			"since":     {store.AuditQuery{Limit: 9, Since: at(7)}, []int64{10, 9, 8}},
			"until":     {store.AuditQuery{Limit: 9, Until: at(2)}, []int64{2, 1}},
			"between":   {store.AuditQuery{Limit: 9, Since: at(2), Until: at(4), Target: "t2"}, []int64{3}},
			"later":     {store.AuditQuery{Limit: 9, Since: at(60)}, nil},
			"earlier":   {store.AuditQuery{Limit: 9, Until: at(-60)}, nil},
		} {
			page, err := w.AuditEntries(t.Context(), c.q)
			w.ok(err)
			var got []int64
			for _, e := range page {
				got = append(got, e.Seq)
			}
			w.same(name, got, c.want)
		}
		for _, limit := range []int{0, -1, store.MaxPage + 1} {
			_, err := w.AuditEntries(t.Context(), store.AuditQuery{Limit: limit})
			w.fails(err, fault.Invalid)
		}
	})

	t.Run("the oldest entries are deleted, and the chain continues from the anchor", func(t *testing.T) {
		w := newHarness(t, d)
		w.log("a", "b", "c")
		w.clock.Advance(time.Hour)
		old := w.now()
		w.log("d")
		remove := func(before time.Time, limit, want int) {
			t.Helper()
			n, err := w.DeleteAudit(before, limit)
			w.ok(err)
			w.same("deleted", n, want)
		}
		whole := w.trail()
		remove(old, 2, 2)
		w.same("left", w.trail(), whole[2:])
		w.reopen()
		remove(old, 9, 1)
		remove(old, 9, 0)
		w.log("e")
		w.same("left", len(w.trail()), 2)
		remove(old.Add(time.Hour), 9, 2)
		w.same("left", len(w.trail()), 0)
		w.log("f")
		w.same("number", w.trail()[0].Seq, int64(6))
		_, err := w.DeleteAudit(old, 0)
		w.fails(err, fault.Invalid)
	})

	t.Run("a caller who has left gets no answer", func(t *testing.T) {
		w := newHarness(t, d)
		gone := w.absent()
		_, err := w.AuditEntries(gone, store.AuditQuery{Limit: 1})
		w.fails(err, fault.Timeout)
		_, err = w.AuditEnds(gone)
		w.fails(err, fault.Timeout)
		_, _, err = w.Variables(gone)
		w.fails(err, fault.Timeout)
	})
}

// auditWorkload returns writes of the audit log for a workload of testFaults.
func (w *harness) auditWorkload(n int) (tries []*attempt) {
	for i := range 2 {
		target := fmt.Sprintf("%d-%d", n, i)
		tries = append(tries, &attempt{
			name: "audit " + target,
			write: func() error {
				_, err := w.AppendAudit([]audit.Entry{w.did("first", target), w.did("second", target)})
				return err
			},
			found: func() (bool, error) {
				if _, err := w.checkedTrail(); err != nil {
					return false, err
				}
				page, err := w.AuditEntries(w.Context(), store.AuditQuery{Target: target, Limit: 9})
				if len(page) == 1 || len(page) > 2 {
					return false, fmt.Errorf("%d of 2 entries are there", len(page))
				}
				return len(page) > 0, err
			},
		})
	}
	return tries
}
