package throttle_test

import (
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/throttle"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestABucketEmptiesAndFills(t *testing.T) {
	l := throttle.NewLimiter(throttle.Limit{Rate: 10, Per: time.Second, Burst: 3}, 100, start)
	for _, c := range []struct {
		at     time.Duration
		want   throttle.Decision
		reason string
	}{
		{0, throttle.Decision{OK: true, Remaining: 2, Reset: 100 * time.Millisecond}, "the first"},
		{0, throttle.Decision{OK: true, Remaining: 1, Reset: 200 * time.Millisecond}, "the second"},
		{0, throttle.Decision{OK: true, Remaining: 0, Reset: 300 * time.Millisecond}, "the last"},
		{0, throttle.Decision{RetryAfter: 100 * time.Millisecond, Reset: 300 * time.Millisecond}, "one too many"},
		{60 * time.Millisecond, throttle.Decision{RetryAfter: 40 * time.Millisecond, Reset: 240 * time.Millisecond}, "refused calls take nothing"},
		{100 * time.Millisecond, throttle.Decision{OK: true, Remaining: 0, Reset: 300 * time.Millisecond}, "one has come back"},
		{time.Hour, throttle.Decision{OK: true, Remaining: 2, Reset: 100 * time.Millisecond}, "never more than the burst"},
	} {
		if got := l.Allow("k", start.Add(c.at)); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.reason, got, c.want)
		}
	}
	if !l.Allow("other", start).OK {
		t.Error("another key shares the bucket")
	}
}

func TestLimitsOfAnySizeHold(t *testing.T) {
	for _, limit := range []throttle.Limit{
		{Rate: 1, Per: 720 * time.Hour, Burst: 1 << 40},
		{Rate: 1 << 40, Per: time.Nanosecond, Burst: 1},
		{Rate: 3, Per: time.Second, Burst: 1},
	} {
		if d := throttle.NewLimiter(limit, 10, start).Allow("", start); !d.OK || d.Remaining < 0 || d.Reset <= 0 {
			t.Errorf("%+v: %+v", limit, d)
		}
	}
}

// TestALimiterLetsThroughWhatItPromises checks that in any period at most burst + rate*period calls pass, and
// that a call after RetryAfter passes.
func TestALimiterLetsThroughWhatItPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := throttle.Limit{
			Rate: rapid.IntRange(1, 50).Draw(t, "rate"), Burst: rapid.IntRange(1, 50).Draw(t, "burst"),
			Per: time.Duration(rapid.IntRange(1, 5000).Draw(t, "ms")) * time.Millisecond,
		}
		l, now, passed := throttle.NewLimiter(limit, 16, start), start, 0
		for range rapid.IntRange(1, 300).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "wait")) * time.Millisecond)
			d := l.Allow("k", now)
			if d.OK {
				passed++
				continue
			}
			if d.RetryAfter <= 0 || d.Remaining != 0 {
				t.Fatalf("refused with %+v", d)
			}
			if now = now.Add(d.RetryAfter); !l.Allow("k", now).OK {
				t.Fatal("refused after the wait")
			}
			passed++
		}
		every := limit.Per / time.Duration(limit.Rate)
		if most := limit.Burst + int(now.Sub(start)/every); passed > most {
			t.Fatalf("%d passed, at most %d may", passed, most)
		}
	})
}

func TestTheKeysAreBoundedAndThoseInUseStay(t *testing.T) {
	const keys = 160
	l := throttle.NewLimiter(throttle.Limit{Rate: 1, Per: time.Hour, Burst: 1}, keys, start)
	l.Allow("used", start)
	for i := range 100 * keys {
		l.Allow(strconv.Itoa(i), start)
		if l.Allow("used", start).OK {
			t.Fatalf("the key in use was forgotten after %d others", i)
		}
	}
	if !l.Allow("0", start).OK {
		t.Error("a key that was not seen for long was not forgotten")
	}
}

func TestManyAtOnceGetExactlyTheBurst(t *testing.T) {
	l := throttle.NewLimiter(throttle.Limit{Rate: 1, Per: time.Hour, Burst: 100}, 16, start)
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if l.Allow("k", start).OK {
					passed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if passed.Load() != 100 {
		t.Errorf("%d passed, want 100", passed.Load())
	}
}

var rule = throttle.Rule{Failures: 3, Within: time.Minute, Lock: time.Minute, MaxLock: 3 * time.Minute}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// fail counts up to n failures until the pair is locked out, and returns for how long.
func fail(l *throttle.Lockout, from string, now time.Time, n int) time.Duration {
	for i := range n {
		l.Fail(addr(from), 1, uint64(i+1), now)
	}
	return l.Locked(addr(from), 1, now)
}

func TestWhoFailsTooOftenIsShutOutForLongerAndLonger(t *testing.T) {
	l, now := throttle.NewLockout(rule, 100, start), start
	if d := fail(l, "192.0.2.1", now, 2); d != 0 {
		t.Fatalf("locked out for %v after two", d)
	}
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute, 3 * time.Minute} {
		d := fail(l, "192.0.2.1", now, 3)
		if d != want {
			t.Fatalf("locked out for %v, want %v", d, want)
		}
		if l.Locked(addr("192.0.2.1"), 1, now.Add(d-1)) == 0 || l.Locked(addr("192.0.2.1"), 1, now.Add(d)) != 0 {
			t.Error("the lock does not end when it says")
		}
		now = now.Add(d)
	}
	if d := fail(l, "192.0.2.1", now.Add(4*time.Minute), 3); d != time.Minute {
		t.Errorf("after a quiet time locked out for %v", d)
	}
}

func TestALockHoldsForOnePairOnly(t *testing.T) {
	l := throttle.NewLockout(rule, 100, start)
	fail(l, "192.0.2.1", start, 3)
	fail(l, "2001:db8::1", start, 3)
	for _, c := range []struct {
		from   string
		lock   uint64
		locked bool
	}{
		{"192.0.2.1", 1, true},
		{"::ffff:192.0.2.1", 1, true},
		{"192.0.2.1", 2, false},
		{"192.0.2.2", 1, false},
		{"2001:db8::ffff", 1, true},
		{"2001:db8:0:1::1", 1, false},
	} {
		if got := l.Locked(addr(c.from), c.lock, start) > 0; got != c.locked {
			t.Errorf("%s and %d: locked is %v", c.from, c.lock, got)
		}
	}
}

func TestSuccessClearsTheCount(t *testing.T) {
	l := throttle.NewLockout(rule, 100, start)
	for range 10 {
		fail(l, "192.0.2.1", start, 2)
		l.Pass(addr("192.0.2.1"), 1, start)
	}
	if d := fail(l, "192.0.2.1", start, 2); d != 0 {
		t.Errorf("locked out for %v", d)
	}
	slow := throttle.NewLockout(rule, 100, start)
	for i := range 10 {
		if d := fail(slow, "192.0.2.1", start.Add(time.Duration(i)*rule.Within), 1); d != 0 {
			t.Errorf("slow failures: locked out for %v", d)
		}
	}
}

func TestTheSameWrongValueCountsOnce(t *testing.T) {
	l := throttle.NewLockout(rule, 100, start)
	for range 100 {
		l.Fail(addr("192.0.2.1"), 1, 7, start)
		l.Fail(addr("192.0.2.1"), 1, 8, start)
	}
	if d := l.Locked(addr("192.0.2.1"), 1, start); d != 0 {
		t.Errorf("locked out for %v by two values", d)
	}
	if l.Fail(addr("192.0.2.1"), 1, 9, start); l.Locked(addr("192.0.2.1"), 1, start) == 0 {
		t.Error("three values do not lock out")
	}
}

func TestWhoHasPassedLatelyIsSlowedAndNotShutOut(t *testing.T) {
	l, now := throttle.NewLockout(rule, 100, start), start
	l.Pass(addr("192.0.2.1"), 1, now)
	for i := range 10 {
		l.Fail(addr("192.0.2.1"), 1, uint64(100+i), now)
	}
	if d := l.Locked(addr("192.0.2.1"), 1, now); d != time.Second {
		t.Errorf("locked out for %v", d)
	}
	now = now.Add(time.Second)
	if !l.Fail(addr("192.0.2.1"), 1, 1000, now) || l.Locked(addr("192.0.2.1"), 1, now) != time.Second {
		t.Error("the next guess is not slowed")
	}
	now = now.Add(2 * time.Hour)
	if d := fail(l, "192.0.2.1", now, 3); d != time.Minute {
		t.Errorf("long after the last success locked out for %v", d)
	}
}

func BenchmarkAllow(b *testing.B) {
	l := throttle.NewLimiter(throttle.Limit{Rate: 1000, Per: time.Second, Burst: 1000}, 1000, start)
	b.ReportAllocs()
	for b.Loop() {
		l.Allow("192.0.2.1", start)
	}
}

func BenchmarkLocked(b *testing.B) {
	l, from := throttle.NewLockout(rule, 1000, start), addr("192.0.2.1")
	l.Pass(from, 1, start)
	b.ReportAllocs()
	for b.Loop() {
		l.Locked(from, 1, start)
		l.Pass(from, 1, start)
	}
}

// TestFewKeysDoNotReplaceEachOther makes many limiters, as it depends on their seeds which keys share a shard.
func TestFewKeysDoNotReplaceEachOther(t *testing.T) {
	start := time.Unix(0, 0)
	keys := []string{"a", "b", "c"}
	for range 1000 {
		l := throttle.NewLimiter(throttle.Limit{Rate: 1, Per: time.Hour, Burst: 1}, len(keys), start)
		for _, key := range keys {
			l.Allow(key, start)
		}
		for _, key := range keys {
			if l.Allow(key, start).OK {
				t.Fatalf("the bucket of %s was replaced by that of another key", key)
			}
		}
	}
}
