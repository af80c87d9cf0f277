package throttle

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// shards is how many locks share the keys of a table. It is a power of two.
const shards = 16

// table stores a value for each of a bounded number of keys. Keys are hashes with a seed of this process, so
// nobody outside can cause collisions. By chance, two of a hundred thousand keys collide once in billions of
// tables.
type table[V any] struct {
	seed   maphash.Seed
	size   atomic.Int64 // of all shards
	shards [shards]shard[V]
}

// shard is a part of a table: an index into slots, which form a linked list in the order of last use. mu guards
// all fields.
type shard[V any] struct {
	mu             sync.Mutex
	index          map[uint64]int32
	slots          []slot[V]
	newest, oldest int32
	most           int
}

type slot[V any] struct {
	key          uint64
	newer, older int32 // none at the end of the list
	val          V
}

const none = -1

// newTable returns a table for about this many keys. A table for few keys has room for all of them in each shard, because
// several may fall into one.
func newTable[V any](keys int) *table[V] {
	t := &table[V]{seed: maphash.MakeSeed()}
	for i := range t.shards {
		s := &t.shards[i]
		s.index, s.newest, s.oldest, s.most = make(map[uint64]int32), none, none, max(1, min(keys, shards), keys/shards)
	}
	return t
}

// lockShard locks the shard of a key and returns it. The caller must unlock it.
func (t *table[V]) lockShard(key uint64) *shard[V] {
	s := &t.shards[key%shards]
	s.mu.Lock()
	return s
}

// find returns the value of a key, or nil.
func (s *shard[V]) find(key uint64) *V {
	at, ok := s.index[key]
	if !ok {
		return nil
	}
	s.use(at)
	return &s.slots[at].val
}

// findOrAdd returns the value of a key, which is zero for a new key. The pointer is valid until the next
// findOrAdd.
func (s *shard[V]) findOrAdd(key uint64, size *atomic.Int64) *V {
	if v := s.find(key); v != nil {
		return v
	}
	var at int32
	if len(s.slots) < s.most {
		at = int32(len(s.slots))
		s.slots = append(s.slots, slot[V]{key: key, newer: none, older: none})
		size.Add(1)
	} else {
		at = s.oldest
		delete(s.index, s.slots[at].key)
		s.unlink(at)
		s.slots[at] = slot[V]{key: key, newer: none, older: none}
	}
	s.index[key] = at
	s.link(at)
	return &s.slots[at].val
}

// use marks a slot as the most recently used.
func (s *shard[V]) use(at int32) {
	if s.newest != at {
		s.unlink(at)
		s.link(at)
	}
}

func (s *shard[V]) link(at int32) {
	x := &s.slots[at]
	x.newer, x.older = none, s.newest
	if s.newest == none {
		s.oldest = at
	} else {
		s.slots[s.newest].newer = at
	}
	s.newest = at
}

func (s *shard[V]) unlink(at int32) {
	x := &s.slots[at]
	if x.newer == none {
		s.newest = x.older
	} else {
		s.slots[x.newer].older = x.older
	}
	if x.older == none {
		s.oldest = x.newer
	} else {
		s.slots[x.older].newer = x.newer
	}
}
