package sqlite_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
)

// BenchmarkLists measures the first page of lists in a store with HOOKLINE_BENCH_ROWS executions of W0 (50,000 by default).
//
//	go test ./internal/store/sqlite -run xxx -bench Lists -benchtime 200x
func BenchmarkLists(b *testing.B) {
	rows := 50_000
	if text := os.Getenv("HOOKLINE_BENCH_ROWS"); text != "" {
		rows, _ = strconv.Atoi(text)
	}
	s, l := benchStore(b, sqlite.Options{})
	drive(b, s, l, 512, rows)
	for _, text := range []string{
		"", "workflow:github-push", "status:succeeded", "status:failed", "status:failed workflow:github-push", "status:running", "status:waiting", "label.customer:42",
		"since:1h", "took:>10s", "key:none", "node:none", "data.customer.id:42", "nowhere",
	} {
		b.Run("executions "+text, func(b *testing.B) {
			measure(b, query.Executions, text, func(q store.Listing) (bool, error) {
				page, err := s.Executions(b.Context(), q)
				return page.Cut, err
			})
		})
	}
	for _, text := range []string{
		"", "workflow:github-push", "outcome:rejected", "outcome:rejected workflow:github-push", "gate:signature", "ip:192.0.2.1", "ip:192.0.2.9", "key:none", "status:5xx", "since:1h", "nowhere",
	} {
		b.Run("deliveries "+text, func(b *testing.B) {
			measure(b, query.Deliveries, text, func(q store.Listing) (bool, error) {
				page, err := s.Deliveries(b.Context(), q)
				return page.Cut, err
			})
		})
	}
}

// measure reports the longest time of a page, and whether its budget was spent.
func measure(b *testing.B, r query.Resource, text string, read func(store.Listing) (bool, error)) {
	q, err := query.Parse(r, text, clock.System().Now())
	if err != nil {
		b.Fatal(err)
	}
	var longest time.Duration
	cuts := 0
	for b.Loop() {
		began := clock.System().Now()
		cut, err := read(store.Listing{Query: q, Limit: 50})
		if err != nil {
			b.Fatal(err)
		}
		if cut {
			cuts++
		}
		longest = max(longest, clock.System().Now().Sub(began))
	}
	b.ReportMetric(float64(longest.Microseconds())/1e3, "longest-ms")
	b.ReportMetric(float64(cuts)/float64(b.N), "cut")
}
