package sqlite

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
)

// BenchmarkKeys measures what accepting a call with a key of its own costs beside one without a key, when so
// many keys are kept; and how long the store takes to open, and the bytes of a key on the disk.
//
//	go test ./internal/store/sqlite -run xxx -bench Keys -benchtime 100000x
func BenchmarkKeys(b *testing.B) {
	for _, kept := range []int{0, 1_000_000, 10_000_000, 35_000_000} {
		b.Run(strconv.Itoa(kept), func(b *testing.B) {
			o := Options{Dir: b.TempDir()}
			s, err := Open(o)
			if err != nil {
				b.Fatal(err)
			}
			for from, step := 0, DefaultKeyChunk; from < kept; from += step {
				if from >= (DefaultKeyRuns-1)*DefaultKeyLog {
					step = tableKeys // the table takes no more at a time
				}
				m := &filling{ticket: newTicket(), from: from, to: min(kept, from+step)}
				if err := s.alone(m, &m.ticket); err != nil {
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
			began := clock.System().Now()
			if s, err = Open(o); err != nil {
				b.Fatal(err)
			}
			took := clock.System().Now().Sub(began)
			defer func() { _ = s.Close() }()
			b.Logf("%d keys: opened in %v, %.0f bytes each on the disk", kept, took, float64(info.Size())/float64(max(1, kept)))
			ids := ident.NewSource(clock.System(), 1)
			with, without := acceptCost(b, s, ids, true), acceptCost(b, s, ids, false)
			with, without = min(with, acceptCost(b, s, ids, true)), min(without, acceptCost(b, s, ids, false))
			b.ReportMetric(with, "with-µs")
			b.ReportMetric(without, "without-µs")
		})
	}
}

// filling claims keys that nobody asks for.
type filling struct {
	ticket
	from, to int
}

func (m *filling) apply(w *writer) error {
	expires := clock.System().Now().Add(72 * time.Hour).UnixMicro()
	for n := m.from; n < m.to; n++ {
		id := keyID(sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n))))
		w.keys.claim(&id, &keyEntry{execution: ident.ID(n), expires: expires})
	}
	return nil
}

// acceptCost is the processor time, in µs, for each of b.N Accepts.
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
