package sqlite_test

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
)

// BenchmarkDeleteDeliveries measures the cost of deleting an execution of W0, and the longest time that one DeleteDeliveries blocks
// incoming calls.
//
//	go test ./internal/store/sqlite -run xxx -bench DeleteDeliveries -benchtime 50000x
func BenchmarkDeleteDeliveries(b *testing.B) {
	s, l := benchStore(b, sqlite.Options{})
	drive(b, s, l, 512, b.N)
	until := clock.System().Now().Add(time.Hour)
	var longest time.Duration
	cpu := sqlite.Processor(b)
	b.ResetTimer()
	for done := 0; done < b.N; {
		began := clock.System().Now()
		out, err := s.DeleteDeliveries(store.Deletion{Before: until, Limit: 200})
		if err != nil || out.Deliveries == 0 {
			b.Fatal(out, err)
		}
		longest = max(longest, clock.System().Now().Sub(began))
		done += out.Deliveries
	}
	b.StopTimer()
	b.ReportMetric(float64((sqlite.Processor(b)-cpu).Nanoseconds())/float64(b.N)/1e3, "cpu-µs/op")
	b.ReportMetric(float64(longest.Microseconds())/1e3, "longest-ms")
}
