package throttle

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
	"slices"
	"time"
)

// Rule says when an address that fails is locked out, and for how long.
type Rule struct {
	Failures int           // number of failures that lock an address out
	Within   time.Duration // the time within which they count
	Lock     time.Duration // length of the first lock; each further one is twice as long
	MaxLock  time.Duration // longest lock; after this time without a lock, the next one has length Lock again
}

// Lockout counts failures for pairs of an address and a lock. A lock is a number that identifies what is being
// guessed. Lockout is safe for concurrent use.
type Lockout struct {
	rule  Rule
	epoch time.Time
	known *table[record]
}

// record is the state of a pair; times are nanoseconds since the epoch.
type record struct {
	since, until    int64
	passed          int64 // when a correct secret was last sent; 0: never
	failures, locks int32
	values          [8]uint64 // the newest wrong values, in turn
	next            uint8
}

// slowLock is how long a pair that has passed lately is locked out. Its address may be that of many callers, one of
// whom guesses, so the others are slowed and not shut out.
const slowLock = time.Second

// lately is how long a correct secret counts for that.
const lately = time.Hour

// NewLockout returns a lockout for about this many pairs. epoch is any time before the first call, from the
// same clock.
func NewLockout(r Rule, pairs int, epoch time.Time) *Lockout {
	return &Lockout{rule: r, epoch: epoch, known: newTable[record](pairs)}
}

// hash turns a pair into a key. For an IPv6 address only the /64 counts, the smallest block that a customer
// gets (RFC 6177).
func (l *Lockout) hash(from netip.Addr, lock uint64) uint64 {
	b := from.As16()
	if from.Is6() && !from.Is4In6() {
		clear(b[8:])
	}
	var key [24]byte
	copy(key[:], b[:])
	binary.LittleEndian.PutUint64(key[16:], lock)
	return maphash.Bytes(l.known.seed, key[:])
}

// Locked returns how much longer a pair is locked out, or 0.
func (l *Lockout) Locked(from netip.Addr, lock uint64, now time.Time) time.Duration {
	if l.known.size.Load() == 0 {
		return 0
	}
	key := l.hash(from, lock)
	s := l.known.lockShard(key)
	defer s.mu.Unlock()
	r := s.find(key)
	if r == nil {
		return 0
	}
	return time.Duration(max(0, r.until-int64(now.Sub(l.epoch))))
}

// Fail counts a failure and reports whether it locks the pair out. value identifies what was sent: a sender that repeats
// a stale secret guesses nothing, so one of the newest values does not count again.
func (l *Lockout) Fail(from netip.Addr, lock, value uint64, now time.Time) bool {
	key, t := l.hash(from, lock), int64(now.Sub(l.epoch))
	s := l.known.lockShard(key)
	defer s.mu.Unlock()
	r := s.findOrAdd(key, &l.known.size)
	if r.failures == 0 || t-r.since > int64(l.rule.Within) {
		r.failures, r.since, r.values = 0, t, [8]uint64{}
	}
	if slices.Contains(r.values[:], value) {
		return false
	}
	r.values[r.next] = value
	r.next = (r.next + 1) % uint8(len(r.values))
	if r.failures++; int(r.failures) < l.rule.Failures {
		return false
	}
	if r.passed != 0 && t-r.passed < int64(lately) {
		r.failures, r.until = int32(l.rule.Failures-1), t+int64(min(slowLock, l.rule.Lock))
		return true
	}
	if t-r.until > int64(l.rule.MaxLock) {
		r.locks = 0
	}
	length := l.rule.Lock
	for range r.locks {
		if length *= 2; length >= l.rule.MaxLock {
			break
		}
	}
	r.failures, r.until = 0, t+int64(min(length, l.rule.MaxLock))
	r.locks++
	return true
}

// Pass resets the failures of a pair after a correct secret, and remembers the time.
func (l *Lockout) Pass(from netip.Addr, lock uint64, now time.Time) {
	key := l.hash(from, lock)
	s := l.known.lockShard(key)
	defer s.mu.Unlock()
	*s.findOrAdd(key, &l.known.size) = record{passed: max(1, int64(now.Sub(l.epoch)))}
}
