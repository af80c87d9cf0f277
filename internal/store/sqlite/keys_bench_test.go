package sqlite

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/dedupe"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// BenchmarkKeys measures the cost of accepting a call with a key of its own, compared with a call without a key,
// while many keys are stored. It also reports the bytes per key on disk.
//
//	go test ./internal/store/sqlite -run xxx -bench Keys -benchtime 100000x
func BenchmarkKeys(b *testing.B) {
	for _, kept := range []int{0, 1_000_000} {
		b.Run(strconv.Itoa(kept), func(b *testing.B) {
			o := Options{Dir: b.TempDir()}
			s, err := Open(o)
			if err != nil {
				b.Fatal(err)
			}
			const step = 1000
			for from := 0; from < kept; from += step {
				if err := s.writer.Run(func(tx *writer.Tx) error { return fill(tx, s.Keys, from, from+step, kept) }); err != nil {
					b.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			info, err := os.Stat(o.Dir + "/" + fileName)
			if err != nil {
				b.Fatal(err)
			}
			if s, err = Open(o); err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			b.Logf("%d keys: %.0f bytes each on the disk", kept, float64(info.Size())/float64(max(1, kept)))
			ids := ident.NewSource(clock.System(), 1)
			with, without := acceptCost(b, s, ids, true), acceptCost(b, s, ids, false)
			with, without = min(with, acceptCost(b, s, ids, true)), min(without, acceptCost(b, s, ids, false))
			b.ReportMetric(with, "with-µs")
			b.ReportMetric(without, "without-µs")
		})
	}
}

// fill claims evenly spread keys that no call uses. It claims them in order, so the tree grows only at its end.
func fill(tx *writer.Tx, keys *dedupe.Keys, from, to, kept int) error {
	expires := clock.System().Now().Add(72 * time.Hour)
	for n := from; n < to; n++ {
		k := store.Dedupe{Expires: expires}
		binary.BigEndian.PutUint64(k.Key[:], uint64(n)*(math.MaxUint64/uint64(kept)))
		if err := keys.Take(tx, "w", &k, ident.ID(n)); err != nil {
			return err
		}
	}
	return nil
}

// acceptCost returns the processor time of each of b.N Accepts, in µs.
func acceptCost(b *testing.B, s *Store, ids *ident.Source, withKey bool) float64 {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	before := Processor(b)
	var all sync.WaitGroup
	for range 256 {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				a := keyed(ids, clock.System().Now(), fmt.Sprint(ids.Next()), 72*time.Hour)
				if !withKey {
					a.Dedupe = nil
				}
				if out, err := s.Accept(a); err != nil || out.First != nil {
					b.Error(out, err)
					return
				}
			}
		})
	}
	all.Wait()
	return float64((Processor(b) - before).Nanoseconds()) / 1e3 / float64(b.N)
}
