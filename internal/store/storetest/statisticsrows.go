package storetest

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

// whole is a span that contains everything that a test does.
func (w *harness) whole(workflows ...string) store.Span {
	return store.Span{Workflows: workflows, From: start().AddDate(0, 0, -3), To: w.now().AddDate(0, 0, 3)}
}

// countsAreRows compares the totals with a count of all rows.
func (w *harness) countsAreRows() {
	w.Helper()
	w.queued() // what nobody waits for is written with it
	var want store.Counts
	per := make(map[string]*store.Counts)
	w.rows(func(workflow string, _ time.Time, c store.Counts) {
		if strings.HasPrefix(workflow, deletedWorkflow) {
			return // see below
		}
		if per[workflow] == nil {
			per[workflow] = &store.Counts{}
		}
		per[workflow].Add(&c)
		want.Add(&c)
	})
	all, err := w.Activity(w.Context())
	w.ok(err)
	for _, a := range all { // retention deletes rows and leaves the counts
		if strings.HasPrefix(a.Workflow, deletedWorkflow) {
			got, err := w.Totals(w.Context(), w.whole(a.Workflow))
			w.ok(err)
			w.same("calls and successes of "+a.Workflow, []int64{got.Calls(), got.Succeeded}, []int64{1, 1})
			want.Add(&got)
		}
	}
	got, err := w.Totals(w.Context(), w.whole())
	w.ok(err)
	w.sameCounts("all together", got, want)
	for workflow, want := range per {
		got, err := w.Totals(w.Context(), w.whole(workflow))
		w.ok(err)
		w.sameCounts("workflow "+workflow, got, *want)
	}
	open := make(map[string]store.Unfinished)
	for _, status := range []flow.Status{flow.Queued, flow.Running, flow.Waiting} {
		for _, e := range w.executions(store.Listing{Query: only("status", string(status)), Limit: store.MaxPage}) {
			u := open[e.Workflow]
			if status == flow.Waiting {
				u.Waiting++
			} else {
				u.Backlog++
			}
			open[e.Workflow] = u
		}
	}
	w.same("unfinished executions", w.Unfinished(), open)
}

// sameCounts compares counts with those of rows. An execution that was retried has ended before; its row tells only
// how often.
func (w *harness) sameCounts(what string, got, want store.Counts) {
	w.Helper()
	w.same(what+": gates", got.Gates, want.Gates)
	w.same(what+": executions that ended", got.Executions.Count(), want.Executions.Count())
	w.same(what+": ends", got.Failed+got.Aborted+got.Canceled-got.Retried, want.Failed+want.Aborted+want.Canceled)
	for _, c := range []*store.Counts{&got, &want} {
		c.Bytes, c.Failed, c.Aborted, c.Canceled, c.Dropped = 0, 0, 0, 0, 0
	}
	for i, n := range got.Numbers() {
		w.same(what+": a number", *n, *want.Numbers()[i])
	}
}

// bucketsAreRows compares every bucket with a count of the rows in it, in UTC.
func (w *harness) bucketsAreRows() {
	w.Helper()
	type key struct {
		interval store.Interval
		workflow string
		start    time.Time
	}
	want, names := make(map[key]*store.Counts), map[string]bool{"*": true}
	var bytes int64
	w.rows(func(workflow string, at time.Time, c store.Counts) {
		names[workflow] = true
		for _, interval := range []store.Interval{store.Minute, store.Hour, store.Day} {
			for _, name := range []string{workflow, "*"} {
				k := key{interval, name, at.UTC().Truncate(time.Duration(interval))}
				if want[k] == nil {
					want[k] = &store.Counts{}
				}
				want[k].Add(&c)
			}
		}
	})
	list := w.deliveries(store.Listing{Limit: store.MaxPage})
	for i := range list {
		d, err := w.Delivery(w.Context(), list[i].ID)
		w.ok(err)
		bytes += int64(len(d.Request.Body))
	}
	sum, err := w.Totals(w.Context(), w.whole())
	w.ok(err)
	w.same("bytes", sum.Bytes, bytes)
	for name := range names {
		span := w.whole(name)
		if name == "*" {
			span.Workflows = nil
		}
		for _, interval := range []store.Interval{store.Minute, store.Hour, store.Day} {
			found := make(map[key]store.Counts)
			for from := span.From; from.Before(span.To); from = from.Add(7 * 24 * time.Hour) {
				part := store.Span{Workflows: span.Workflows, From: from, To: from.Add(7 * 24 * time.Hour)}
				buckets, err := w.Buckets(w.Context(), store.BucketQuery{Span: part, Interval: interval})
				w.ok(err)
				for _, b := range buckets {
					found[key{interval, name, b.Start}] = b.Counts
				}
			}
			for k, c := range want {
				if k.interval != interval || k.workflow != name {
					continue
				}
				got := found[k]
				delete(found, k)
				w.same("bucket: calls", []int64{got.Accepted, got.Repeats, got.Filtered, got.Rejected, got.Unmatched, got.Succeeded}, []int64{c.Accepted, c.Repeats, c.Filtered, c.Rejected, c.Unmatched, c.Succeeded})
				w.same("bucket: gates", got.Gates, c.Gates)
			}
			for k, c := range found { // only what a row no longer tells: an end before a retry, or a retry
				if c.Calls()+c.Succeeded > 0 {
					w.Fatalf("bucket %v has %+v, and there are no rows", k, c)
				}
			}
		}
	}
}
