package throttle

import (
	"hash/maphash"
	"math"
	"time"
)

// Limit is a bucket of Burst tokens that refills at Rate tokens per Per. A call takes one token.
type Limit struct {
	Rate  int           // at least 1
	Per   time.Duration // more than 0
	Burst int           // at least 1
}

// Limiter keeps one bucket for each key. It is safe for concurrent use.
//
// A bucket is stored as one number: the time at which it will be full again (the generic cell rate algorithm,
// ITU-T I.371 annex A, in its virtual scheduling form). A bucket that has not been used is full.
type Limiter struct {
	limit   Limit
	every   int64     // nanoseconds for one token
	room    int64     // nanoseconds for Burst tokens
	epoch   time.Time // times are relative to it, so that a step of the wall clock has no effect
	buckets *table[int64]
}

// Decision is the result of Allow. Durations count from the time of the call.
type Decision struct {
	OK         bool
	Remaining  int           // whole tokens left
	RetryAfter time.Duration // until the next token; 0 if OK
	Reset      time.Duration // until the bucket is full
}

// NewLimiter returns a limiter for about this many keys. epoch is any time before the first call, from the same
// clock.
func NewLimiter(l Limit, keys int, epoch time.Time) *Limiter {
	every := max(1, int64(l.Per)/int64(max(1, l.Rate)))
	burst := max(1, int64(l.Burst))
	room := int64(math.MaxInt64 / 4) // 73 years
	if burst < room/every {
		room = burst * every
	}
	return &Limiter{limit: l, every: every, room: room, epoch: epoch, buckets: newTable[int64](keys)}
}

// Limit returns the limit that was passed to NewLimiter.
func (l *Limiter) Limit() Limit { return l.limit }

// Peek returns what Allow would, and takes nothing.
func (l *Limiter) Peek(key string, now time.Time) Decision {
	if l.buckets.size.Load() == 0 {
		return Decision{OK: true}
	}
	t := int64(now.Sub(l.epoch))
	hash := maphash.String(l.buckets.seed, key)
	s := l.buckets.lockShard(hash)
	defer s.mu.Unlock()
	full := s.find(hash)
	if full == nil {
		return Decision{OK: true}
	}
	owed := max(0, *full-t) + l.every
	return Decision{OK: owed <= l.room, RetryAfter: time.Duration(max(0, owed-l.room))}
}

// Allow takes a token from a key's bucket if there is one.
func (l *Limiter) Allow(key string, now time.Time) Decision {
	t := int64(now.Sub(l.epoch))
	hash := maphash.String(l.buckets.seed, key)
	s := l.buckets.lockShard(hash)
	defer s.mu.Unlock()
	full := s.findOrAdd(hash, &l.buckets.size)
	owed := max(0, *full-t) + l.every // including this call
	if owed > l.room {
		return Decision{RetryAfter: time.Duration(owed - l.room), Reset: time.Duration(owed - l.every)}
	}
	*full = t + owed
	return Decision{OK: true, Remaining: int((l.room - owed) / l.every), Reset: time.Duration(owed)}
}
