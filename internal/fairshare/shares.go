package fairshare

import "math"

// DefaultShare is the part of all slots that one key gets while no other asks.
const DefaultShare = 0.5

// Shares counts the slots that keys have. It is not safe for concurrent use.
type Shares struct {
	slots int64
	share float64
	used  int64
	keys  map[string]*int64
}

// NewShares returns Shares of slots, of which a single key may have the part share, above 0 and at most 1. With 1
// there is no limit but the number of slots.
func NewShares(slots int64, share float64) *Shares {
	return &Shares{slots: slots, share: share, keys: make(map[string]*int64)}
}

// Allows reports whether a key may take one more slot.
func (s *Shares) Allows(key string) bool { return s.Room(key) > 0 }

// Room is how many slots a key may take now, if nobody gives one back.
func (s *Shares) Room(key string) int64 { return s.room(s.Used(key)) }

func (s *Shares) room(used int64) int64 { return room(s.Free(), used, s.share) }

// Allows reports whether a key that has used slots may take one more when so many are free. It is for those who count
// slots themselves.
func Allows(free, used int64, share float64) bool { return room(free, used, share) > 0 }

// room is the least number of slots after which used*(1-share) >= free*share, or none are free.
func room(free, used int64, share float64) int64 {
	const rounding = 1e-9
	n := math.Ceil(float64(free)*share - float64(used)*(1-share) - rounding)
	return max(0, min(free, int64(n)))
}

// Take takes n slots for a key, whether it may have them or not.
func (s *Shares) Take(key string, n int64) {
	if n == 0 {
		return
	}
	s.used += n
	if has := s.keys[key]; has != nil {
		*has += n
		return
	}
	s.forgetIdle()
	s.keys[key] = &n
}

// Give gives n slots of a key back.
func (s *Shares) Give(key string, n int64) {
	if n == 0 {
		return
	}
	s.used -= n
	*s.keys[key] -= n
}

// Used is the number of slots that a key has.
func (s *Shares) Used(key string) int64 {
	if n := s.keys[key]; n != nil {
		return *n
	}
	return 0
}

// Total is the number of slots that all keys have together.
func (s *Shares) Total() int64 { return s.used }

// Free is the number of slots that nobody has.
func (s *Shares) Free() int64 { return max(0, s.slots-s.used) }

// Exhausted lists the keys that have slots and may not take another.
func (s *Shares) Exhausted() (keys []string) {
	for key, n := range s.keys {
		if *n > 0 && s.room(*n) == 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

// maxIdle is how many keys without slots are remembered, which saves allocations.
const maxIdle = 1024

// forgetIdle forgets keys without slots when there are many keys.
func (s *Shares) forgetIdle() {
	if int64(len(s.keys)) < maxIdle+s.used {
		return
	}
	for key, n := range s.keys {
		if *n == 0 {
			delete(s.keys, key)
		}
	}
}
