package sqlite

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// keyed returns a call with a dedupe key that expires after window.
func keyed(ids *ident.Source, now time.Time, key string, window time.Duration) store.Accept {
	a := call(ids, 10)
	a.Delivery.DedupeKey, a.Execution.CreatedAt = key, now
	a.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte(key)), Expires: now.Add(window)}
	return a
}

// keptKeys returns the number of stored keys.
func keptKeys(t *testing.T, s *Store) (n int) {
	t.Helper()
	err := s.pool.Read(context.Background(), "test", func(r *reader.Reader) error {
		return r.Query(`SELECT count(*) FROM dedupe_keys`, func(s *conn.Stmt) { n = int(s.ColumnInt(0)) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAKeyIsTakenAsLongAsItLasts compares the store with a model of claimed keys, with different windows, through
// failures, restarts, expiry and a clock that is set back.
func TestAKeyIsTakenAsLongAsItLasts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		manual := clock.NewManual(time.UnixMicro(1790000000000000).UTC())
		latest := manual.Now()
		var left atomic.Int64 // points until one fails, if greater than 0
		o := Options{
			Dir: t.TempDir(), Clock: manual, Reserve: -1,
			Failpoint: func(writer.Point) error {
				if left.Add(-1) == 0 {
					return writer.Injected(conn.IOErr)
				}
				return nil
			},
		}
		s, err := Open(o)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		ids := ident.NewSource(clock.System(), 1)
		claimed := make(map[string]map[ident.ID]time.Time) // by key and execution: the time of expiry
		check := func(a *store.Accept, out store.Accepted, err error) {
			now, key := a.Execution.CreatedAt, a.Delivery.DedupeKey
			if fault.Is(err, fault.Unavailable) {
				return // nothing was written
			}
			if err != nil {
				rt.Fatal(err)
			}
			if out.First != nil {
				if until, ok := claimed[key][out.First.ID]; !ok || !until.After(now) {
					rt.Fatalf("at %v the key %s is said to be of %d, and was claimed by %v", now, key, out.First.ID, claimed[key])
				}
				return
			}
			for _, until := range claimed[key] {
				if until.After(latest) { // an expired key may be gone, even if the clock was set back since
					rt.Fatalf("at %v the key %s is free, and was claimed by %v", now, key, claimed[key])
				}
			}
			if claimed[key] == nil {
				claimed[key] = make(map[ident.ID]time.Time)
			}
			claimed[key][a.Execution.ID] = a.Dedupe.Expires
		}
		// claim sends calls with different keys concurrently, so that they share syncs.
		claim := func(keys []string, window time.Duration) {
			calls, outs, errs := make([]store.Accept, len(keys)), make([]store.Accepted, len(keys)), make([]error, len(keys))
			var all sync.WaitGroup
			for i, key := range keys {
				calls[i] = keyed(ids, manual.Now(), key, window)
				all.Go(func() { outs[i], errs[i] = s.Accept(calls[i]) })
			}
			all.Wait()
			for i := range calls {
				check(&calls[i], outs[i], errs[i])
			}
		}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			left.Store(0)
			if rapid.IntRange(0, 9).Draw(rt, "fails") == 0 {
				left.Store(rapid.Int64Range(1, 60).Draw(rt, "where"))
			}
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				manual.Advance(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour, -time.Second, -time.Hour}).Draw(rt, "time"))
				if now := manual.Now(); now.After(latest) {
					latest = now
				}
			case 1:
				if _, err := s.DeleteExpiredKeys(manual.Now(), rapid.SampledFrom([]int{1, 10, 1000}).Draw(rt, "limit")); err != nil && !fault.Is(err, fault.Unavailable) {
					rt.Fatal(err)
				}
			case 2:
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				left.Store(0)
				if s, err = Open(o); err != nil {
					rt.Fatal(err)
				}
			case 3, 4: // one by one: a failed call is not retried
				for i := range rapid.IntRange(1, 8).Draw(rt, "singles") {
					claim([]string{strconv.Itoa(rapid.IntRange(0, 200).Draw(rt, "single"))}, time.Duration(1+i)*time.Minute)
				}
			default:
				window := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 30 * time.Hour}).Draw(rt, "window")
				from := rapid.IntRange(0, 200).Draw(rt, "from")
				keys := make([]string, rapid.IntRange(1, 40).Draw(rt, "keys"))
				for i := range keys {
					keys[i] = strconv.Itoa(from + i)
				}
				claim(keys, window)
			}
		}
		left.Store(0)
		claim(slices.Collect(maps.Keys(claimed)), time.Minute)
		manual.Advance(100 * time.Hour)
		for n := 1; n > 0; {
			if n, err = s.DeleteExpiredKeys(manual.Now(), 1000); err != nil {
				rt.Fatal(err)
			}
		}
		if n := keptKeys(t, s); n != 0 {
			rt.Fatalf("%d keys are left when all are expired", n)
		}
	})
}
