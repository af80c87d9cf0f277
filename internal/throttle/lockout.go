package throttle

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
	"time"
)

// Rule says when who fails is shut out, and for how long.
type Rule struct {
	Failures int           // so many
	Within   time.Duration // in this time
	Lock     time.Duration // shut out for this long; each further time twice as long
	MaxLock  time.Duration // and never longer; after as long without a lock the next one is short again
}

// Lockout counts failures for pairs of an address and a lock (a number that stands for what is tried).
// It is safe for concurrent use.
type Lockout struct {
	rule  Rule
	epoch time.Time
	known *table[record]
}

// record is what is known of a pair; times are nanoseconds since the epoch.
type record struct {
	since, until    int64
	failures, locks int32
}

// NewLockout makes a lockout for about that many pairs at once. epoch is any moment before the first
// question, read from the same clock.
func NewLockout(r Rule, pairs int, epoch time.Time) *Lockout {
	return &Lockout{rule: r, epoch: epoch, known: newTable[record](pairs)}
}

// hash makes a key of a pair. An address of version 6 counts with its whole /64, which is what one
// customer has at least (RFC 6177).
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

// Locked returns for how long a pair is still shut out; 0: it is not.
func (l *Lockout) Locked(from netip.Addr, lock uint64, now time.Time) time.Duration {
	if l.known.size.Load() == 0 {
		return 0
	}
	key := l.hash(from, lock)
	s := l.known.enter(key)
	defer s.mu.Unlock()
	r := s.find(key)
	if r == nil {
		return 0
	}
	return time.Duration(max(0, r.until-int64(now.Sub(l.epoch))))
}

// Fail counts a failure and reports whether it shut the pair out.
func (l *Lockout) Fail(from netip.Addr, lock uint64, now time.Time) bool {
	key, t := l.hash(from, lock), int64(now.Sub(l.epoch))
	s := l.known.enter(key)
	defer s.mu.Unlock()
	r := s.take(key, &l.known.size)
	if r.failures == 0 || t-r.since > int64(l.rule.Within) {
		r.failures, r.since = 0, t
	}
	if r.failures++; int(r.failures) < l.rule.Failures {
		return false
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

// Pass forgets the failures of a pair.
func (l *Lockout) Pass(from netip.Addr, lock uint64) {
	if l.known.size.Load() == 0 {
		return
	}
	key := l.hash(from, lock)
	s := l.known.enter(key)
	defer s.mu.Unlock()
	if r := s.find(key); r != nil {
		*r = record{}
	}
}
