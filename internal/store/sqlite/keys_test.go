package sqlite

import (
	"crypto/sha256"
	"fmt"
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
)

// keyed is a call with a dedupe key that expires after some time.
func keyed(ids *ident.Source, now time.Time, key string, window time.Duration) store.Accept {
	a := call(ids, 10)
	a.Delivery.DedupeKey, a.Execution.CreatedAt = key, now
	a.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte(key)), Expires: now.Add(window)}
	return a
}

// number is what a query of one number gives.
func number(t *testing.T, s *Store, sql string) (n int) {
	t.Helper()
	err := s.read("test", func(r *reader) error {
		return r.query(sql, func(s *conn.Stmt) { n = int(s.ColumnInt(0)) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// levels says how many keys, or rows of the log, there are on each level.
func levels(t *testing.T, s *Store) (log, runs, blocks, table int) {
	t.Helper()
	return number(t, s, `SELECT count(*) FROM dedupe_log`), number(t, s, `SELECT count(*) FROM dedupe_runs`),
		number(t, s, `SELECT count(*) FROM dedupe_blocks`), number(t, s, `SELECT count(*) FROM dedupe_keys`)
}

func reopen(t *testing.T, s *Store, o Options) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, o)
}

func TestKeysMoveFromTheLogIntoRunsAndFromThereIntoTheTable(t *testing.T) {
	t.Parallel() // it is long, and alone with its store
	const limit, mostRuns, keys = 100, 5, 1200
	manual := clock.NewManual(time.UnixMicro(1790000000000000).UTC())
	o := Options{Dir: t.TempDir(), Clock: manual, KeyLog: limit, KeyRuns: mostRuns, KeyChunk: 7}
	s := open(t, o)
	ids := ident.NewSource(manual, 1)
	first := make(map[string]ident.ID)
	most := 0
	for i := range keys {
		a := keyed(ids, manual.Now(), strconv.Itoa(i), time.Hour)
		if out, err := s.Accept(a); err != nil || out.First != nil {
			t.Fatal(out, err)
		}
		first[a.Delivery.DedupeKey] = a.Execution.ID
		most = max(most, number(t, s, `SELECT count(*) FROM dedupe_log`))
		if i%400 == limit-1 {
			s = reopen(t, s, o)
			if _, runs, blocks, _ := levels(t, s); i == limit-1 && (runs != 0 || blocks == 0) {
				t.Fatalf("it was not closed in the middle of a merge: %d runs, %d blocks", runs, blocks)
			}
		}
	}
	for key, id := range first {
		out, err := s.Accept(keyed(ids, manual.Now(), key, time.Hour))
		if err != nil || out.First == nil || out.First.ID != id {
			t.Fatalf("key %s: %+v %v", key, out, err)
		}
	}
	log, runs, blocks, table := levels(t, s)
	if most > 2*limit || runs != mostRuns || s.Stats().KeyRuns != mostRuns || blocks < mostRuns || table < keys-(mostRuns+3)*limit {
		t.Errorf("%d rows in the log (at most %d), %d runs of %d blocks, %d keys in the table", log, most, runs, blocks, table)
	}
	manual.Advance(time.Hour)
	forgotten := 0
	for {
		n, err := s.ForgetKeys(manual.Now(), 100)
		if forgotten += n; err != nil || n == 0 {
			break
		}
	}
	if log, runs, blocks, table := levels(t, s); forgotten != keys || log+runs+blocks+table != 0 || s.writer.keys.table || s.Stats().KeyRuns != 0 {
		t.Errorf("%d keys were forgotten; %d rows in the log, %d runs of %d blocks, %d keys in the table", forgotten, log, runs, blocks, table)
	}
}

// TestAKeyThatIsClaimedAgainAndAgainTakesNoRoom: beside one that lasts longer.
func TestAKeyThatIsClaimedAgainAndAgainTakesNoRoom(t *testing.T) {
	const limit = 10
	manual := clock.NewManual(time.UnixMicro(1790000000000000).UTC())
	s := open(t, Options{Clock: manual, KeyLog: limit})
	ids := ident.NewSource(clock.System(), 1)
	claim := func(key string, window time.Duration) {
		if out, err := s.Accept(keyed(ids, manual.Now(), key, window)); err != nil || out.First != nil {
			t.Fatal(out, err)
		}
	}
	claim("long", time.Hour)
	for range 20 * limit {
		claim("short", time.Second)
		manual.Advance(time.Second)
	}
	if log, runs, _, table := levels(t, s); log > 2*limit || runs+table > 0 {
		t.Errorf("%d rows in the log, %d runs, %d keys in the table", log, runs, table)
	}
	if out, err := s.Accept(keyed(ids, manual.Now(), "long", time.Hour)); err != nil || out.First == nil {
		t.Error("the key that lasts is free:", err)
	}
}

// TestKeysThatLastLongerLeaveTheRun: of a run whose other keys have been expired for as long as they were
// valid, the rest goes back into the log.
func TestKeysThatLastLongerLeaveTheRun(t *testing.T) {
	const short, long, limit = 90, 10, 100
	manual := clock.NewManual(time.UnixMicro(1790000000000000).UTC())
	s := open(t, Options{Clock: manual, KeyLog: limit, KeyChunk: 32})
	ids := ident.NewSource(manual, 1)
	for i := range short {
		a := keyed(ids, manual.Now(), fmt.Sprint("short ", i), time.Hour)
		if out, err := s.Accept(a); err != nil || out.First != nil {
			t.Fatal(out, err)
		}
	}
	for i := range long {
		a := keyed(ids, manual.Now(), fmt.Sprint("long ", i), 1000*time.Hour)
		if out, err := s.Accept(a); err != nil || out.First != nil {
			t.Fatal(out, err)
		}
	}
	check := func(when string, forgotten, wantRuns int) {
		t.Helper()
		n, err := s.ForgetKeys(manual.Now(), 1000)
		if _, runs, _, table := levels(t, s); err != nil || n != forgotten || runs != wantRuns || table != 0 {
			t.Errorf("%s %d were forgotten (%v); %d runs, %d keys in the table", when, n, err, runs, table)
		}
		for i := range long {
			out, err := s.Accept(keyed(ids, manual.Now(), fmt.Sprint("long ", i), time.Hour))
			if err != nil || out.First == nil {
				t.Fatalf("%s key %d is free: %v", when, i, err)
			}
		}
	}
	check("at once", 0, 1)
	manual.Advance(90 * time.Minute)
	check("when most are expired", 0, 1)
	manual.Advance(30 * time.Minute)
	check("after as much time again", short, 0)
	s = reopen(t, s, Options{Dir: s.opts.Dir, Clock: manual, KeyLog: limit})
	check("after a restart", 0, 0)
}

// TestAKeyIsTakenAsLongAsItLasts drives keys of different windows through all levels, with failures, ends
// of the process, expiry at any time and a clock that is set back, against what was claimed.
func TestAKeyIsTakenAsLongAsItLasts(t *testing.T) {
	t.Parallel()
	var byLevel [3]int
	rapid.Check(t, func(rt *rapid.T) {
		manual := clock.NewManual(time.UnixMicro(1790000000000000).UTC())
		latest := manual.Now()
		var left atomic.Int64 // points until one fails, if it is more than 0
		o := Options{
			Dir: t.TempDir(), Clock: manual, Reserve: -1,
			KeyLog:   rapid.SampledFrom([]int{4, 8, 30, 100}).Draw(rt, "log"),
			KeyRuns:  rapid.IntRange(1, 6).Draw(rt, "runs"),
			KeyChunk: rapid.SampledFrom([]int{1, 3, 40}).Draw(rt, "chunk"),
			Seam: func(Point) error {
				if left.Add(-1) == 0 {
					return Injected(conn.IOErr)
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
		claimed := make(map[string]map[ident.ID]time.Time) // by key and execution: until when
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
				if until.After(latest) { // what was expired may be gone, even if the clock was set back since
					rt.Fatalf("at %v the key %s is free, and was claimed by %v", now, key, claimed[key])
				}
			}
			if claimed[key] == nil {
				claimed[key] = make(map[ident.ID]time.Time)
			}
			claimed[key][a.Execution.ID] = a.Dedupe.Expires
		}
		// claim sends calls with different keys at once: they share their syncs.
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
				if _, err := s.ForgetKeys(manual.Now(), rapid.SampledFrom([]int{1, 10, 1000}).Draw(rt, "limit")); err != nil && !fault.Is(err, fault.Unavailable) {
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
			case 3, 4: // one by one: what fails is not tried again
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
		log, runs, _, table := levels(t, s)
		byLevel[0], byLevel[1], byLevel[2] = byLevel[0]+log, byLevel[1]+runs, byLevel[2]+table
		manual.Advance(100 * time.Hour)
		for n := 1; n > 0; {
			if n, err = s.ForgetKeys(manual.Now(), 1000); err != nil {
				rt.Fatal(err)
			}
		}
		if log, runs, blocks, table := levels(t, s); log+runs+blocks+table != 0 {
			rt.Fatalf("when all are expired, there are %d rows in the log, %d runs of %d blocks, %d keys in the table", log, runs, blocks, table)
		}
	})
	if byLevel[0] == 0 || byLevel[1] == 0 || byLevel[2] == 0 {
		t.Error("there were no keys on a level:", byLevel)
	}
}

// TestKeysThatCannotLeaveTheLogEndItsGrowth: when merging fails for good, memory is bounded all the same.
func TestKeysThatCannotLeaveTheLogEndItsGrowth(t *testing.T) {
	const limit = 10
	o := Options{KeyLog: limit, Dir: t.TempDir()}
	s := open(t, o)
	ids, now := ident.NewSource(clock.System(), 1), clock.System().Now()
	claim := func(key int) (bool, error) {
		out, err := s.Accept(keyed(ids, now, strconv.Itoa(key), time.Hour))
		return out.First == nil, err
	}
	accepted := 0
	c, err := conn.Open(o.Dir+"/"+fileName, conn.ReadWrite, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Exec(`PRAGMA busy_timeout = 1000; CREATE TRIGGER no BEFORE INSERT ON dedupe_runs BEGIN SELECT raise(ABORT, 'no'); END`); err != nil {
		t.Fatal(err)
	}
	for ; accepted < 100*limit && err == nil; accepted++ {
		_, err = claim(accepted)
	}
	if !fault.Is(err, fault.Unavailable) || accepted < fullLogs*limit || accepted > (fullLogs+2)*limit {
		t.Fatalf("after %d keys: %v", accepted, err)
	}
	if isNew, err := claim(1); isNew || err != nil {
		t.Error("a repeat:", isNew, err)
	}
	keyless := call(ids, 10)
	keyless.Dedupe = nil
	if err := accept(s, keyless); err != nil {
		t.Error("a call without a key:", err)
	}
	if err := c.Exec(`DROP TRIGGER no`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ForgetKeys(now, 1); err != nil { // any write takes a step of the merge with it
		t.Fatal(err)
	}
	if isNew, err := claim(accepted); !isNew || err != nil {
		t.Error("after it was mended:", isNew, err)
	}
}

// TestTheLaterClaimStaysWhenTheClockWasSetBack: a claim that was expired is not any more, and meets the one
// that has followed it.
func TestTheLaterClaimStaysWhenTheClockWasSetBack(t *testing.T) {
	const limit = 8
	for name, inTable := range map[string]bool{"in the log": false, "in the table": true} {
		t.Run(name, func(t *testing.T) {
			manual := clock.NewManual(time.UnixMicro(1790000000000000).UTC())
			o := Options{Dir: t.TempDir(), Clock: manual, KeyLog: limit, KeyRuns: 2}
			s := open(t, o)
			ids := ident.NewSource(clock.System(), 1)
			n := 0
			fill := func(window time.Duration, keys int) {
				for range keys {
					n++
					if out, err := s.Accept(keyed(ids, manual.Now(), strconv.Itoa(n), window)); err != nil || out.First != nil {
						t.Fatal(out, err)
					}
				}
			}
			run := func(window time.Duration) ident.ID {
				a := keyed(ids, manual.Now(), "k", window)
				if out, err := s.Accept(a); err != nil || out.First != nil {
					t.Fatal(out, err)
				}
				return a.Execution.ID
			}
			is := func(log, runs, table int) {
				t.Helper()
				keyless := call(ids, 10)
				keyless.Dedupe = nil
				if err := accept(s, keyless); err != nil { // it comes after what the last one has set off
					t.Fatal(err)
				}
				if l, r, _, tb := levels(t, s); l != log || r != runs || tb != table {
					t.Fatalf("%d rows in the log, %d runs, %d keys in the table", l, r, tb)
				}
			}
			run(time.Hour)
			fill(time.Second, limit-1)
			is(0, 1, 0)
			if inTable {
				fill(1000*time.Hour, limit)
				is(0, 2, 0)
			}
			manual.Advance(time.Hour)
			second := run(1000 * time.Hour)
			if inTable {
				fill(1000*time.Hour, limit-1)
				is(0, 2, limit)
				o.KeyRuns = 1
				s = reopen(t, s, o)
			}
			manual.Advance(10*time.Second - time.Hour)
			if n, err := s.ForgetKeys(manual.Now(), 100); err != nil || n != limit-1 {
				t.Fatal(n, err)
			}
			if inTable {
				is(1, 1, limit)
				fill(1000*time.Hour, limit-1)
				is(0, 1, 2*limit-1)
			}
			manual.Advance(2 * time.Hour)
			if out, err := s.Accept(keyed(ids, manual.Now(), "k", time.Hour)); err != nil || out.First == nil || out.First.ID != second {
				t.Errorf("%+v %v", out, err)
			}
		})
	}
}

// TestDamageIsNamed: a key that cannot be looked for is neither new nor a repeat.
func TestDamageIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		sql   string
		opens bool
	}{
		"a row of the log":     {`UPDATE dedupe_log SET keys = x'ff'`, false},
		"a filter":             {`UPDATE dedupe_runs SET filter = x'ffffff'`, false},
		"the number of blocks": {`UPDATE dedupe_runs SET blocks = 3`, false},
		"a block":              {`UPDATE dedupe_blocks SET keys = x'ff'`, true},
		"the end of a block":   {`UPDATE dedupe_blocks SET keys = substr(keys, 1, length(keys) - 1)`, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := Options{Dir: t.TempDir(), KeyLog: 8, Reserve: -1}
			s := open(t, o)
			ids, now := ident.NewSource(clock.System(), 1), clock.System().Now()
			for i := range 10 {
				if _, err := s.Accept(keyed(ids, now, strconv.Itoa(i), time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			c1, err := conn.Open(o.Dir+"/"+fileName, conn.ReadWrite, "")
			if err != nil {
				t.Fatal(err)
			}
			if err := c1.Exec(c.sql); err != nil {
				t.Fatal(err)
			}
			if err := c1.Close(); err != nil {
				t.Fatal(err)
			}
			s, err = Open(o)
			if (err == nil) != c.opens {
				t.Fatal("opening it:", err)
			}
			if err != nil {
				return
			}
			defer func() { _ = s.Close() }()
			named := 0
			for i := range 8 {
				out, err := s.Accept(keyed(ids, now, strconv.Itoa(i), time.Hour))
				switch {
				case fault.Is(err, fault.Internal):
					named++
				case err != nil || out.First == nil:
					t.Errorf("key %d: %+v %v", i, out, err)
				}
			}
			if named == 0 {
				t.Error("nobody was told")
			}
			if _, err := s.Accept(keyed(ids, now, "new", time.Hour)); err != nil && !fault.Is(err, fault.Internal) {
				t.Error(err)
			}
		})
	}
}
