package storetest

import (
	"crypto/sha256"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/histogram"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

func testStatistics(t *testing.T, d Driver) {
	t.Run("the counts are those of the rows, whatever happens", func(t *testing.T) {
		for seed := range uint64(4) {
			w := newHarness(t, d)
			random := rand.New(rand.NewPCG(seed, 12))
			for range 120 {
				w.happen(random)
			}
			w.countsAreRows()
			w.bucketsAreRows()
			w.reopen()
			w.begin()
			for range 20 {
				w.happen(random)
			}
			w.countsAreRows()
			w.bucketsAreRows()
		}
	})

	t.Run("many workflows in one transaction are counted apart", func(t *testing.T) {
		w := newHarness(t, d)
		for i := range 300 {
			w.of("w"+string(rune('a'+i%26))+string(rune('a'+i/26)), flow.Succeeded)
		}
		w.countsAreRows()
		all, err := w.Activity(t.Context())
		w.ok(err)
		w.same("workflows, with the one of countsAreRows", len(all), 301)
	})

	t.Run("times are within the bound", func(t *testing.T) {
		w := newHarness(t, d)
		random := rand.New(rand.NewPCG(5, 6))
		var answers, executions []time.Duration
		for range 200 {
			took := time.Duration(math.Exp(random.Float64()*18)) * time.Microsecond
			answers, executions = append(answers, took), append(executions, 3*took)
			a := w.call(w.owner)
			a.Delivery.Request.ReceivedAt = w.now().Add(-took)
			w.ok(w.accept(a))
			c := w.ending(a.Execution.ID, flow.Succeeded, w.step(a.Execution.ID, 1))
			c.State.StartedAt = c.State.FinishedAt.Add(-3 * took)
			w.commit(c)
		}
		sum, err := w.Totals(t.Context(), store.Span{From: start().Add(-time.Hour), To: w.now().Add(time.Hour)})
		w.ok(err)
		for _, c := range []struct {
			exact []time.Duration
			got   *histogram.Histogram
		}{{answers, &sum.Answers}, {executions, &sum.Executions}} {
			slices.Sort(c.exact)
			w.same("number of times", int(c.got.Count()), len(c.exact))
			for q, want := range map[float64]time.Duration{0.5: c.exact[99], 0.95: c.exact[189], 0.99: c.exact[197]} {
				if got := c.got.Quantile(q); math.Abs(float64(got-want)) > histogram.MaxError*float64(want) {
					t.Errorf("quantile %v is %v, exactly %v", q, got, want)
				}
			}
		}
	})

	t.Run("a workflow knows its last calls and its hours", func(t *testing.T) { testActivity(t, d) })
	t.Run("executions are counted by revision", func(t *testing.T) { testRevisionCounts(t, d) })
	t.Run("buckets that are no longer kept are deleted", func(t *testing.T) { testStatisticsRetention(t, d) })
	t.Run("wrong queries are refused", func(t *testing.T) {
		w := newHarness(t, d)
		w.accepted()
		now := w.now()
		for _, q := range []store.BucketQuery{
			{Interval: store.Hour},
			{Interval: store.Hour, Span: store.Span{From: now, To: now}},
			{Interval: store.Hour, Span: store.Span{From: now, To: now.Add(-time.Hour)}},
			{Interval: store.Interval(time.Second), Span: store.Span{From: now, To: now.Add(time.Hour)}},
			{Interval: store.Minute, Span: store.Span{From: now.AddDate(-1, 0, 0), To: now}},
			{Interval: store.Day, Span: store.Span{From: time.Date(-9000, 1, 1, 0, 0, 0, 0, time.UTC), To: now}},
			{Interval: store.Day, Span: store.Span{From: now, To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}},
		} {
			_, err := w.Buckets(t.Context(), q)
			w.fails(err, fault.Invalid)
		}
		_, err := w.Totals(t.Context(), store.Span{From: now, To: now})
		w.fails(err, fault.Invalid)
		_, err = w.Totals(t.Context(), store.Span{From: time.Date(-9000, 1, 1, 0, 0, 0, 0, time.UTC), To: now})
		w.fails(err, fault.Invalid)
		list, err := w.Buckets(t.Context(), store.BucketQuery{Interval: store.Hour, Span: store.Span{Workflows: []string{"*", "nobody"}, From: now.Add(-time.Hour), To: now.Add(time.Hour)}})
		w.ok(err)
		w.same("buckets of an unknown workflow", len(list), 0)
	})
}

// testRevisionCounts compares the counts by revision with what was accepted, across crashes and retries.
func testRevisionCounts(t *testing.T, d Driver) {
	w := newHarness(t, d)
	random := rand.New(rand.NewPCG(7, 8))
	want := map[string]map[string]int64{"orders": {}, "payments": {}}
	check := func() {
		t.Helper()
		for workflow, of := range want {
			got, err := w.OnRevisions(t.Context(), workflow, "r0", "r1", "r2", "none")
			w.ok(err)
			w.same("executions of "+workflow, got, of)
		}
	}
	for range 3 {
		for range 60 {
			a := w.call(w.owner)
			workflow, revision := []string{"orders", "payments"}[random.IntN(2)], []string{"r0", "r1", "r2"}[random.IntN(3)]
			a.Delivery.Workflow, a.Execution.Workflow, a.Execution.Revision = workflow, workflow, revision
			w.ok(w.accept(a))
			want[workflow][revision]++
			if random.IntN(3) == 0 { // a retry is no new execution
				w.commit(w.ending(a.Execution.ID, flow.Failed))
				w.ok(w.Retry(store.Retry{Execution: a.Execution.ID, At: w.now()}))
			}
			w.clock.Advance(time.Duration(random.IntN(700)) * time.Millisecond)
		}
		check()
		w.reopen()
		check()
		w.begin()
	}
	some, err := w.OnRevisions(t.Context(), "orders", "r1")
	w.ok(err)
	w.same("one revision", some, map[string]int64{"r1": want["orders"]["r1"]})
	none, err := w.OnRevisions(t.Context(), "nobody", "r1")
	w.ok(err)
	w.same("an unknown workflow", len(none), 0)
}

// happen does one thing at random, and time passes.
func (w *harness) happen(random *rand.Rand) {
	w.Helper()
	workflow := []string{"orders", "payments", "a-third"}[random.IntN(3)]
	switch random.IntN(9) {
	case 8:
		a, again := w.call(w.owner), w.call(w.owner)
		for _, c := range []*store.Accept{&a, &again} {
			c.Delivery.Workflow, c.Execution.Workflow = workflow, workflow
			c.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte(a.Delivery.DedupeKey)), Expires: w.now().Add(time.Hour)}
		}
		w.ok(w.accept(a))
		w.commit(w.ending(a.Execution.ID, []flow.Status{flow.Failed, flow.Succeeded}[random.IntN(2)]))
		w.ok(w.accept(again)) // a repeat, which retries a failed one
	case 0:
		w.refuse(workflow, hook.Filtered)
	case 1:
		d := w.delivery(hook.Rejected)
		d.Workflow, d.Gate = workflow, []string{"signature", "basic", "a \"gate\":1,\\ <ä\x01>"}[random.IntN(3)]
		w.same("kept", w.SaveDelivery(d), true)
	case 2:
		w.refuse("", hook.Unmatched)
	case 3:
		a := w.of(workflow, flow.Failed)
		w.ok(w.Retry(store.Retry{Execution: a.Execution.ID, At: w.now()}))
		if random.IntN(2) == 0 {
			_, err := w.RequestCancel(a.Execution.ID, w.now())
			w.ok(err)
		}
	case 4:
		a := w.of(workflow, flow.Succeeded)
		w.same("kept", w.SaveAnswer(hook.Delivery{ID: a.Delivery.ID, Workflow: workflow, Status: 200, Took: time.Second}), true)
	default:
		w.of(workflow, []flow.Status{flow.Queued, flow.Running, flow.Waiting, flow.Succeeded, flow.Failed, flow.Aborted, flow.Canceled}[random.IntN(7)])
	}
	w.clock.Advance(time.Duration(random.IntN(40)) * time.Second)
	if random.IntN(20) == 0 {
		w.clock.Advance(time.Duration(random.IntN(30)) * time.Hour)
	}
	if w.now().After(w.lease.Expires) {
		w.lease = store.Lease{}
		w.begin()
	}
}

// rows counts what is stored, by looking at all of it. The times and bytes of deliveries are left out.
func (w *harness) rows(each func(workflow string, at time.Time, c store.Counts)) {
	w.Helper()
	list := w.deliveries(store.Listing{Limit: store.MaxPage})
	for i := range list {
		d, c := &list[i], store.Counts{}
		switch d.Outcome {
		case hook.Accepted:
			c.Accepted = 1
		case hook.Repeat:
			c.Repeats = 1
		case hook.Filtered:
			c.Filtered = 1
		case hook.Handshake:
			c.Handshakes = 1
		case hook.Rejected:
			c.Rejected, c.Gates = 1, map[string]int64{d.Gate: 1}
		case hook.Unmatched:
			c.Unmatched = 1
		}
		each(d.Workflow, d.ID.Time(), c)
	}
	ran := w.executions(store.Listing{Limit: store.MaxPage})
	for i := range ran {
		e, c := &ran[i], store.Counts{Retried: int64(ran[i].Round)}
		switch e.Status {
		case flow.Succeeded:
			c.Succeeded = 1
		case flow.Failed:
			c.Failed = 1
		case flow.Aborted:
			c.Aborted = 1
		case flow.Canceled:
			c.Canceled = 1
		}
		if (e.Round > 0 || e.Status.Final()) && !e.StartedAt.IsZero() { // it has ended once
			c.Executions.Add(e.FinishedAt.Sub(e.StartedAt))
		}
		at := e.FinishedAt
		if at.IsZero() {
			at = e.CreatedAt
		}
		each(e.Workflow, at, c)
	}
}

func testActivity(t *testing.T, d Driver) {
	w := newHarness(t, d)
	hour := func(n int) { // moves the clock to the middle of the n-th hour after start
		w.clock.Advance(store.Hour.Start(start()).Add(time.Duration(n)*time.Hour + 30*time.Minute).Sub(w.now()))
	}
	get := func() store.Activity {
		t.Helper()
		w.queued() // what nobody waits for is written with it
		list, err := w.Activity(t.Context(), "orders")
		w.ok(err)
		w.same("workflows", len(list), 1)
		return list[0]
	}
	list, err := w.Activity(t.Context(), "orders")
	w.ok(err)
	w.same("workflows before any call", len(list), 0)
	first := w.of("orders", flow.Failed)
	got := get()
	w.same("last accepted", got.Accepted, first.Delivery.ID)
	w.same("last refused", got.Refused, store.Refusal{})
	w.same("this hour", got.Hours[23], store.HourCounts{Calls: 1, Failed: 1})
	w.same("called at", got.CalledAt, store.Hour.Start(start()))

	hour(2)
	refused := w.delivery(hook.Rejected)
	refused.Workflow, refused.Gate, refused.Reason = "orders", "signature", "no signature "+strings.Repeat("я", store.MaxReason)
	w.same("kept", w.SaveDelivery(refused), true)
	filtered := w.refuse("orders", hook.Filtered)
	got = get()
	w.same("last refused", got.Refused, store.Refusal{Delivery: refused.ID, Gate: "signature", Reason: strings.ToValidUTF8(refused.Reason[:store.MaxReason], "")})
	w.same("last filtered", got.Filtered, filtered)
	w.same("last accepted", got.Accepted, first.Delivery.ID)
	w.same("this hour", got.Hours[23], store.HourCounts{Calls: 2, Refused: 1})
	w.same("two hours ago", got.Hours[21], store.HourCounts{Calls: 1, Failed: 1})
	w.same("called now, and two hours ago", got.Called[:4], []bool{true, false, true, false})

	hour(26)
	got = get()
	w.same("called, as of the last call", got.Called[:4], []bool{true, false, true, false})
	w.same("called at", got.CalledAt, store.Hour.Start(start()).Add(2*time.Hour))
	w.same("hours of a day later", got.Hours, [24]store.HourCounts{})
	second := w.of("orders", flow.Succeeded)
	w.reopen()
	got = get()
	w.same("last accepted after a restart", got.Accepted, second.Delivery.ID)
	w.same("called a day apart", []bool{got.Called[0], got.Called[24], got.Called[26]}, []bool{true, true, true})
	w.same("the hour now", got.Hours[23], store.HourCounts{Calls: 1})

	w.clock.Advance(-10 * time.Hour) // a clock that was set back
	got = get()
	w.same("hours", got.Hours, [24]store.HourCounts{})
	w.refuse("", hook.Unmatched)
	w.queued()
	list, err = w.Activity(t.Context())
	w.ok(err)
	w.same("workflows", len(list), 3) // "", github-push and orders
	w.same("the first", list[0].Workflow, "")
	w.same("its last call", list[0].Refused.Gate, "")
	w.same("it has one", list[0].Refused.Delivery != 0, true)
}

func testStatisticsRetention(t *testing.T, d Driver) {
	w := newHarness(t, d)
	width := func(i store.Interval) int {
		t.Helper()
		n := 0
		for from := start().Add(-time.Hour); from.Before(w.now().Add(time.Hour)); from = from.Add(5000 * time.Duration(i)) {
			list, err := w.Buckets(t.Context(), store.BucketQuery{Interval: i, Span: store.Span{From: from, To: from.Add(5000 * time.Duration(i))}})
			w.ok(err)
			n += len(list)
		}
		return n
	}
	gone := func() (n int) {
		t.Helper()
		for {
			deleted, err := w.DeleteStatistics(w.now(), 3)
			w.ok(err)
			if n += deleted; deleted == 0 {
				return n
			}
		}
	}
	for range 5 {
		w.of("orders", flow.Succeeded)
		w.clock.Advance(time.Minute)
	}
	w.same("deleted too early", gone(), 0)
	for _, c := range []struct {
		after                time.Duration
		deleted              int // one of orders and one of all together
		minutes, hours, days int
	}{
		{store.MinutesKept, 10, 0, 1, 1},
		{store.HoursKept, 2, 0, 0, 1},
		{store.DaysKept, 2, 0, 0, 0},
	} {
		w.clock.Advance(start().Add(c.after + 25*time.Hour).Sub(w.now()))
		w.same("deleted", gone(), c.deleted)
		w.same("minutes", width(store.Minute), c.minutes)
		w.same("hours", width(store.Hour), c.hours)
		w.same("days", width(store.Day), c.days)
	}
	_, err := w.DeleteStatistics(w.now(), 0)
	w.fails(err, fault.Invalid)
}
