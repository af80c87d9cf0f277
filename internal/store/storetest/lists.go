package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowmatch"
	"hookline.dev/hookline/internal/value"
)

// only returns the query FIELD:VALUE,...; the one for everything if the only value is "".
func only(field string, values ...string) query.Query {
	if len(values) == 1 && values[0] == "" {
		return query.Query{}
	}
	return query.Query{}.And(query.Is(field, values...))
}

// parsed parses a query.
func (w *harness) parsed(r query.Resource, text string) query.Query {
	w.Helper()
	q, err := query.Parse(r, text, w.now())
	w.ok(err)
	return q
}

// executions reads every page of a list.
func (w *harness) executions(l store.Listing) (list []flow.Execution) {
	w.Helper()
	for {
		page, err := w.Executions(w.Context(), l)
		w.ok(err)
		list = append(list, page.Items...)
		if page.Next == 0 {
			return list
		}
		w.goesOn(l.Before, page.Next)
		l.Before = page.Next
	}
}

// deliveries reads every page of a list.
func (w *harness) deliveries(l store.Listing) (list []hook.Delivery) {
	w.Helper()
	for {
		page, err := w.Deliveries(w.Context(), l)
		w.ok(err)
		list = append(list, page.Items...)
		if page.Next == 0 {
			return list
		}
		w.goesOn(l.Before, page.Next)
		l.Before = page.Next
	}
}

// goesOn checks that a page has come further than its beginning.
func (w *harness) goesOn(before, next ident.ID) {
	w.Helper()
	if before != 0 && next >= before {
		w.Fatalf("a page before %d ends at %d", before, next)
	}
}

// history is a store with calls of all sorts.
type history struct {
	*harness
	executions []flow.Execution // newest first
	deliveries []hook.Delivery  // newest first, with bodies
	byID       map[ident.ID]hook.Delivery
}

// newHistory fills a store with n calls that differ in everything a query can ask for.
func newHistory(t *testing.T, d Driver, n int) *history {
	w := newHarness(t, d)
	h := &history{harness: w, byID: map[ident.ID]hook.Delivery{}}
	for _, revision := range []string{callRevision, "another", callRevision} {
		w.ok(w.publish(w.published("one", revision)))
	}
	w.ok(w.publish(w.published("two", callRevision)))
	for i := range n {
		w.clock.Advance(time.Duration(1+i%7) * time.Minute)
		h.call(i)
	}
	w.queued() // writes the queued notes too
	for l := (store.Listing{Limit: store.MaxPage}); ; {
		page, err := w.Deliveries(t.Context(), l)
		w.ok(err)
		for i := range page.Items {
			whole, err := w.Delivery(t.Context(), page.Items[i].ID)
			w.ok(err)
			h.deliveries, h.byID[whole.ID] = append(h.deliveries, whole), whole
		}
		if l.Before = page.Next; page.Next == 0 {
			break
		}
	}
	for l := (store.Listing{Limit: store.MaxPage}); ; {
		page, err := w.Executions(t.Context(), l)
		w.ok(err)
		h.executions = append(h.executions, page.Items...)
		if l.Before = page.Next; page.Next == 0 {
			break
		}
	}
	return h
}

// versions are those that newHistory publishes.
func versions(workflow, revision string) []int64 {
	if revision != callRevision {
		return nil
	}
	return map[string][]int64{"one": {1, 3}, "two": {1}}[workflow]
}

// call makes one call.
func (h *history) call(i int) {
	w, workflow := h.harness, []string{"one", "two", "three"}[i%3]
	dress := func(d *hook.Delivery) {
		d.Workflow, d.DedupeKey, d.Took = workflow, "", time.Duration(i%5)*time.Second
		d.Request.IP, d.Request.Method = fmt.Sprintf("192.0.2.%d", i%4), []string{"POST", "PUT"}[i%2]
		d.Request.Query, d.Request.Form, d.Request.As = fmt.Sprintf("shop=s%d", i%3), "", ""
		d.Request.Body = []byte(fmt.Sprintf(`{"customer":{"id":%d},"items":[{"sku":"a%d"},{"sku":"caf\u00e9"}],"text":"Order %d"}`, i%6, i%4, i))
		d.Request.Headers = append(d.Request.Headers, hook.Header{Name: "X-Event", Value: []string{"push", "ping"}[i%2]})
		if i%4 == 0 {
			d.DedupeKey = fmt.Sprintf("k%d", i%3)
		}
	}
	if i%4 == 3 {
		d := w.delivery([]hook.Outcome{hook.Rejected, hook.Unmatched, hook.Filtered}[i%3])
		dress(&d)
		d.Gate, d.Status, d.Reason = []string{"signature", "token", "match"}[i%3], []int{401, 404, 200}[i%3], "mismatch"
		if d.Outcome == hook.Unmatched {
			d.Workflow = ""
		}
		w.same("kept", w.SaveDelivery(d), true)
		return
	}
	a := w.call([]flow.Incarnation{w.owner, 0}[i%2])
	dress(&a.Delivery)
	a.Execution.Workflow, a.Execution.Mode = workflow, []flow.Mode{flow.Async, flow.Sync}[i%2]
	if i%3 != 0 {
		a.Execution.Labels = []flow.Label{{Name: "customer", Value: fmt.Sprint(i % 6)}, {Name: "region", Value: []string{"eu", "us"}[i%2]}}
	}
	w.ok(w.accept(a))
	if i%2 == 1 {
		return
	}
	switch i % 7 {
	case 0:
		w.commit(w.sleeping(a.Execution.ID, w.now()))
	case 1:
		w.commit(w.running(a.Execution.ID))
	default:
		c := w.ending(a.Execution.ID, []flow.Status{flow.Succeeded, flow.Failed, flow.Canceled, flow.Aborted, flow.Failed}[i%7-2])
		c.State.Output = value.String(fmt.Sprintf("result %d", i%5))
		w.commit(c)
	}
}

// check compares a query with a naive filter over all rows.
func (h *history) check(t interface {
	Helper()
	Fatalf(string, ...any)
}, r query.Resource, text string, only []string, limit int, budget store.Budget) {
	t.Helper()
	q, err := query.Parse(r, text, h.now())
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	sees := func(workflow string) bool { return only == nil || slices.Contains(only, workflow) }
	var want, got []ident.ID
	if l := (store.Listing{Query: q, Workflows: only, Limit: limit, Budget: budget}); r == query.Executions {
		m := rowmatch.ForExecutions(q)
		m.Versions = versions
		for i := range h.executions {
			e := &h.executions[i]
			if d := h.byID[e.Delivery]; sees(e.Workflow) && m.Row(e) && m.Labels(e) && (!m.NeedsCall() || m.Call(e, &d)) {
				want = append(want, e.ID)
			}
		}
		for _, e := range h.harness.executions(l) {
			got = append(got, e.ID)
		}
	} else {
		m := rowmatch.ForDeliveries(q)
		m.Versions = versions
		for i := range h.deliveries {
			if d := &h.deliveries[i]; sees(d.Workflow) && m.Row(d) && (!m.NeedsCall() || m.Call(d)) {
				want = append(want, d.ID)
			}
		}
		for _, d := range h.harness.deliveries(l) {
			got = append(got, d.ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %s of %v by %d: got %d, want %d: %v, %v", r, text, only, limit, len(got), len(want), got, want)
	}
}

func testLists(t *testing.T, d Driver) {
	h := newHistory(t, d, 80)
	x, k := h.executions[17], h.deliveries[23]
	terms := map[query.Resource][]string{
		query.Executions: {
			"status:failed", "status:queued", "status:running", "status:waiting", "status:succeeded,aborted", "status:failed,canceled,waiting", "status:queued,running",
			"workflow:one", "workflow:one,three", "workflow:none", "workflow:t*", "label.customer:1", "label.customer:1,4", "label.customer:*", "label.region:u*", "label.none:1",
			"mode:sync", "revision:0123*", "version:1", "version:2", "version:2..3", "version:>2,1", "version:*", "took:*", "took:>500ms", "created:90m..", "since:2h", "until:1h", "created:2026-11-22T09:00..2026-11-22T11:59",
			"id:" + x.ID.Text(ident.Execution), "id:" + x.ID.Text(ident.Execution) + "," + h.executions[3].ID.Text(ident.Execution),
			"delivery:" + x.Delivery.Text(ident.Delivery), "key:k1", "key:k0,k2", "key:*", "key:none", `key:""`, "error:error", "error:*", "node:check", "reason:*",
			"data.customer.id:3", "data.customer.id:>=4", "data.items.*.sku:a1", "data.items.0.sku:a2", "data.none:*", "headers.x-event:push", "query.shop:s1",
			`"order 7"`, "CAFÉ", `"result 2"`, `"it broke"`, "nowhere",
		},
		query.Deliveries: {
			"outcome:rejected", "outcome:accepted", "outcome:unmatched,filtered", "outcome:accepted,rejected", "gate:signature", "gate:token,match", "gate:accept", "gate:accept,token",
			"workflow:one", "workflow:two,none", `workflow:""`, "revision:*", "version:3", "version:2", "version:*", "took:>=2s", "received:2h..1h", "since:90m", "until:3h",
			"id:" + k.ID.Text(ident.Delivery), "execution:" + x.ID.Text(ident.Execution), "execution:*", "key:k1", "key:k0,k1", `key:""`, "reason:mismatch", "status:4xx", "status:202", "status:*",
			"ip:192.0.2.1", "ip:192.0.2.1,192.0.2.3", "ip:192.0.2.0/31", "method:put", "path:/api/*", "path:/none",
			"data.customer.id:3", "data.text:\"Order 11\"", "headers.x-event:ping", "headers.x-none:*", "query.shop:s*", "order", `"shop=s2"`, `"café"`,
		},
	}
	for r, list := range terms {
		t.Run(string(r), func(t *testing.T) {
			for _, text := range list {
				for _, only := range [][]string{nil, {"one", "two"}, {}} {
					for _, not := range []string{"", "-"} {
						h.check(t, r, not+text, only, 7, store.Budget{})
					}
				}
			}
		})
		t.Run(string(r)+" by several conditions", func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				var q []string
				for range rapid.IntRange(1, 3).Draw(rt, "terms") {
					q = append(q, rapid.SampledFrom([]string{"", "", "-"}).Draw(rt, "not")+rapid.SampledFrom(list).Draw(rt, "term"))
				}
				only := rapid.SampledFrom([][]string{nil, nil, {"one"}, {"three", "two"}}).Draw(rt, "only")
				budget := store.Budget{Rows: rapid.SampledFrom([]int{0, 1, 10}).Draw(rt, "rows"), Bytes: rapid.SampledFrom([]int64{0, 1, 500}).Draw(rt, "bytes")}
				h.check(rt, r, strings.Join(q, " "), only, rapid.SampledFrom([]int{1, 5, 500}).Draw(rt, "limit"), budget)
			})
		})
	}
	t.Run("a budget cuts a search and says how far it came", func(t *testing.T) {
		page, err := h.Executions(t.Context(), store.Listing{Query: h.parsed(query.Executions, "nowhere"), Limit: 5, Budget: store.Budget{Rows: 10}})
		h.ok(err)
		h.same("page", page, store.Page[flow.Execution]{Next: h.executions[9].ID, Cut: true, Rows: 10})
		page, err = h.Executions(t.Context(), store.Listing{Query: h.parsed(query.Executions, "nowhere"), Limit: 5, Budget: store.Budget{Bytes: 1}})
		h.ok(err)
		h.same("page", page, store.Page[flow.Execution]{Next: h.executions[0].ID, Cut: true, Rows: 1})
	})
	t.Run("a page is not moved by what arrives", func(t *testing.T) {
		l := store.Listing{Query: h.parsed(query.Executions, "workflow:one"), Limit: 3}
		first, err := h.Executions(t.Context(), l)
		h.ok(err)
		l.Before = first.Next
		before, err := h.Executions(t.Context(), l)
		h.ok(err)
		a := h.harness.call(h.owner)
		a.Execution.Workflow = "one"
		h.ok(h.accept(a))
		after, err := h.Executions(t.Context(), l)
		h.ok(err)
		h.same("second page", after, before)
	})
	t.Run("hostile cursors are only positions", func(t *testing.T) {
		for _, before := range []ident.ID{-1 << 63, -1, 1, 1<<63 - 1} {
			for _, text := range []string{"", "status:failed", "status:running", "key:k1", "label.customer:1", "nowhere"} {
				_, err := h.Executions(t.Context(), store.Listing{Query: h.parsed(query.Executions, text), Before: before, Limit: 5})
				h.ok(err)
			}
			for _, text := range []string{"", "ip:192.0.2.1", "key:k1", "gate:token", "outcome:rejected", "nowhere"} {
				_, err := h.Deliveries(t.Context(), store.Listing{Query: h.parsed(query.Deliveries, text), Before: before, Limit: 5})
				h.ok(err)
			}
		}
	})
}
