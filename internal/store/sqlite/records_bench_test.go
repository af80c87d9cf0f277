package sqlite_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/value"
)

// readings returns the collection for the benchmarks of records.
func readings() collection.Collection {
	return collection.Collection{Name: "readings", Fields: []collection.Field{
		{Name: "device", Type: collection.String, Index: true}, {Name: "value", Type: collection.Number, Precision: 10, Scale: 2},
		{Name: "at", Type: collection.Datetime}, {Name: "n", Type: collection.Integer},
	}}
}

// batch returns a Create of n readings of a thousand devices.
func batch(n int) collection.Op {
	var list strings.Builder
	for i := range max(n, 1) {
		fmt.Fprintf(&list, `,{"device":"device-%d","value":%d.25,"at":"2026-11-22T08:30:00Z","n":0}`, i%1000, i)
	}
	return collection.Op{Kind: collection.Create, Collection: "readings", Values: value.Trusted("[" + list.String()[1:] + "]")}
}

func withReadings(b *testing.B, n int) (*sqlite.Store, *load) {
	b.Helper()
	s, l := benchStore(b, sqlite.Options{})
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{readings()}}); err != nil {
		b.Fatal(err)
	}
	op := batch(min(n, collection.MaxBulk))
	for done := 0; done < n; done += collection.MaxBulk {
		if out, err := s.Write(op); err != nil || out.Violation != nil {
			b.Fatal(out, err)
		}
	}
	return s, l
}

// size returns the number of records for a benchmark: HOOKLINE_BENCH_RECORDS, or n.
func size(n int) int {
	if text := os.Getenv("HOOKLINE_BENCH_RECORDS"); text != "" {
		n, _ = strconv.Atoi(text)
	}
	return n
}

// BenchmarkBulk creates arrays of 100,000 records.
//
//	go test ./internal/store/sqlite -run xxx -bench Bulk -benchtime 5x
func BenchmarkBulk(b *testing.B) {
	s, _ := withReadings(b, 0)
	op := batch(collection.MaxBulk)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if out, err := s.Write(op); err != nil || out.Violation != nil {
			b.Fatal(out, err)
		}
	}
	b.ReportMetric(float64(b.N)*collection.MaxBulk/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(peakMiB(b)), "peak-MiB")
}

// BenchmarkFind finds a page among a million records, or ten with HOOKLINE_BENCH_RECORDS=10000000.
func BenchmarkFind(b *testing.B) {
	s, _ := withReadings(b, size(1_000_000))
	for name, q := range map[string]collection.Query{
		"index":   {Filter: &collection.Filter{Op: collection.Eq, Field: "device", Value: value.String("device-77")}},
		"range":   {Filter: &collection.Filter{Op: collection.StartsWith, Field: "device", Value: value.String("device-1")}},
		"newest":  {},
		"created": {Sort: []collection.Sort{{Field: "createdAt", Desc: true}}},
	} {
		b.Run(name, func(b *testing.B) {
			q.Collection = "readings"
			var took []time.Duration
			for range b.N {
				begun := clock.System().Now()
				found, err := s.Find(b.Context(), q)
				if err != nil || len(found.Records) != collection.DefaultPageSize {
					b.Fatal(len(found.Records), err)
				}
				took = append(took, clock.System().Now().Sub(begun))
				q.After = found.Next
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkDoorWhileUpdating measures the latency of a call, from Accept to the end of its Commit, with and
// without a concurrent update of all readings.
func BenchmarkDoorWhileUpdating(b *testing.B) {
	for _, busy := range []bool{false, true} {
		b.Run(map[bool]string{false: "quiet", true: "busy"}[busy], func(b *testing.B) {
			n := size(200_000)
			s, l := withReadings(b, n)
			done := make(chan time.Duration, 1)
			updating := func() {
				begun := clock.System().Now()
				out, err := s.Write(collection.Op{Kind: collection.Update, Collection: "readings", All: true, Values: value.Trusted(`{"n":{"$inc":1}}`)})
				if count, _ := out.Record.Get("count").Int(); err != nil || count != int64(n) {
					b.Error(out, err)
				}
				done <- clock.System().Now().Sub(begun)
			}
			if busy {
				go updating()
			}
			b.ResetTimer()
			var all sync.WaitGroup
			took := make([][]time.Duration, 16)
			for c := range took {
				all.Go(func() {
					for i := 0; i <= b.N/len(took) || busy && len(done) == 0; i++ {
						begun := clock.System().Now()
						a := l.accept()
						if _, err := s.Accept(a); err != nil {
							b.Error(err)
							return
						}
						if _, err := s.Commit(l.commit(a.Execution.ID)); err != nil {
							b.Error(err)
							return
						}
						took[c] = append(took[c], clock.System().Now().Sub(begun))
					}
				})
			}
			all.Wait()
			flat := slices.Concat(took...)
			slices.Sort(flat)
			b.ReportMetric(float64(flat[len(flat)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(flat[len(flat)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(len(flat))/b.Elapsed().Seconds(), "executions/s")
			if busy {
				b.ReportMetric(float64(n)/(<-done).Seconds(), "updated/s")
			}
		})
	}
}

// BenchmarkUpdate updates all readings.
func BenchmarkUpdate(b *testing.B) {
	n := size(200_000)
	s, _ := withReadings(b, n)
	before := s.Counters()
	b.ResetTimer()
	for range b.N {
		if out, err := s.Write(collection.Op{Kind: collection.Update, Collection: "readings", All: true, Values: value.Trusted(`{"n":{"$inc":1}}`)}); err != nil || out.Violation != nil {
			b.Fatal(out, err)
		}
	}
	st := s.Counters()
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(st["logBytes"]-before["logBytes"])/float64(b.N*n), "logbytes/record")
	b.ReportMetric(float64(st["fsyncs"]-before["fsyncs"])/float64(b.N*n/collection.OpChunk), "fsyncs/write")
}
