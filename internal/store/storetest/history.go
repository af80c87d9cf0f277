package storetest

import (
	"context"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func testHistory(t *testing.T, d Driver) {
	t.Run("executions are listed newest first, by workflow, state and page", func(t *testing.T) {
		w := newHarness(t, d)
		statuses := []flow.Status{flow.Queued, flow.Running, flow.Waiting, flow.Succeeded, flow.Failed, flow.Canceled, flow.Aborted}
		all := map[ident.ID]flow.Execution{}
		var order []ident.ID
		for i := range 42 {
			a := w.call(w.owner)
			a.Execution.Workflow = []string{"one", "two", "three"}[i%3]
			a.Delivery.Workflow = a.Execution.Workflow
			w.ok(w.accept(a))
			id, status := a.Execution.ID, statuses[i%len(statuses)]
			switch status {
			case flow.Queued:
			case flow.Waiting:
				w.commit(w.sleeping(id, w.now()))
			case flow.Running:
				w.commit(w.running(id))
			default:
				c := w.ending(id, status)
				c.State.Output = value.Int(int64(i))
				w.commit(c)
			}
			order = append([]ident.ID{id}, order...)
			all[id] = w.load(id).Execution
		}
		for _, workflow := range []string{"", "one", "two", "none"} {
			for _, status := range append([]flow.Status{""}, statuses...) {
				var want []flow.Execution
				for _, id := range order {
					if e := all[id]; (workflow == "" || e.Workflow == workflow) && (status == "" || e.Status == status) {
						want = append(want, e)
					}
				}
				q := only("workflow", workflow).And(only("status", string(status)).Terms...)
				w.same("list of "+q.String(), w.executions(store.Listing{Query: q, Limit: 4}), want)
			}
		}
	})

	t.Run("deliveries are listed newest first, by workflow, outcome and page, without bodies", func(t *testing.T) {
		w := newHarness(t, d)
		var all []hook.Delivery
		for i := range 30 {
			var x hook.Delivery
			switch i % 3 {
			case 0:
				a := w.call(0)
				w.ok(w.accept(a))
				x = a.Delivery
			default:
				x = w.delivery([]hook.Outcome{hook.Rejected, hook.Unmatched}[i%2])
				if x.Outcome == hook.Rejected {
					x.Workflow = "github-push"
				}
				w.same("kept", w.SaveDelivery(x), true)
			}
			x.Request.Body, x.Answer = nil, nil
			all = append([]hook.Delivery{x}, all...)
		}
		w.queued() // writes the queued notes too
		page, err := w.Deliveries(t.Context(), store.Listing{Limit: 1})
		w.ok(err)
		newest := page.Items[0].ID
		for _, workflow := range []string{"", "github-push", "none"} {
			for _, outcome := range []hook.Outcome{"", hook.Accepted, hook.Rejected, hook.Unmatched} {
				var want []hook.Delivery
				for _, x := range all {
					if (workflow == "" || x.Workflow == workflow) && (outcome == "" || x.Outcome == outcome) {
						want = append(want, x)
					}
				}
				q := only("workflow", workflow).And(only("outcome", string(outcome)).Terms...)
				w.same("list of "+q.String(), w.deliveries(store.Listing{Query: q, Before: newest, Limit: 4}), want)
			}
		}
	})

	t.Run("pages are bounded", func(t *testing.T) {
		w := newHarness(t, d)
		for _, limit := range []int{0, -1, store.MaxPage + 1} {
			_, err := w.Executions(t.Context(), store.Listing{Limit: limit})
			w.fails(err, fault.Invalid)
			_, err = w.Deliveries(t.Context(), store.Listing{Limit: limit})
			w.fails(err, fault.Invalid)
		}
	})

	t.Run("what does not exist is not found", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.Load(t.Context(), w.ids.Next())
		w.fails(err, fault.NotFound)
		_, err = w.Delivery(t.Context(), w.ids.Next())
		w.fails(err, fault.NotFound)
	})
}

func testRecords(t *testing.T, d Driver) {
	t.Run("a caller who has left gets no answer", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{people()}))
		gone, leave := context.WithCancel(t.Context())
		leave()
		_, find := w.Find(gone, collection.Query{Collection: "people"})
		_, aggregate := w.Aggregate(gone, collection.Aggregate{Collection: "people", Function: "count"})
		_, record := w.Record(gone, "people", 1)
		_, load := w.Load(gone, w.ids.Next())
		_, deliveries := w.Deliveries(gone, store.Listing{Limit: 1})
		_, executions := w.Executions(gone, store.Listing{Limit: 1})
		_, workflows := w.Workflows(gone)
		_, channels := w.Channels(gone)
		for name, err := range map[string]error{
			"find": find, "aggregate": aggregate, "record": record, "load": load,
			"deliveries": deliveries, "executions": executions, "workflows": workflows, "channels": channels,
		} {
			if !fault.Is(err, fault.Timeout) {
				t.Errorf("%s: error is %v", name, err)
			}
		}
		_, err := w.Find(t.Context(), collection.Query{Collection: "people"})
		w.ok(err)
	})

	t.Run("records are found newest first, by page, as each is read alone", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{people()}))
		for i := range 9 {
			w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"`+string(rune('a'+i))+`"}`))
		}
		var got []int64
		for q := (collection.Query{Collection: "people", PageSize: 4}); ; {
			page, err := w.Find(t.Context(), q)
			w.ok(err)
			for _, r := range page.Records {
				got = append(got, r.ID)
				one, err := w.Record(t.Context(), "people", r.ID)
				w.ok(err)
				w.same("record", one, r)
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		w.same("ids", got, []int64{9, 8, 7, 6, 5, 4, 3, 2, 1})
	})

	t.Run("what does not exist is not found", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{people()}))
		_, err := w.Record(t.Context(), "people", 1)
		w.fails(err, fault.NotFound)
		_, err = w.Record(t.Context(), "peple", 1)
		w.fails(err, fault.NotFound)
	})
}
