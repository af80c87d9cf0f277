package fairshare

import (
	"slices"
	"sync"
)

// Queue deals slots to items. It is safe for concurrent use.
type Queue[T comparable] struct {
	grant func(T) bool

	mu      sync.Mutex
	shares  *Shares
	waiting map[string]*line[T]
	turns   []*line[T] // lines with items; the one whose turn it is comes first
}

// line is the items of one key that wait.
type line[T comparable] struct {
	key   string
	items []T
	head  int
}

// NewQueue returns a queue of slots, of which a single key may have the part share. grant is called, with the queue
// locked, for each item that gets a slot, and must neither block nor call the queue. When it returns false the item is
// dropped and the slot stays free.
func NewQueue[T comparable](slots int, share float64, grant func(T) bool) *Queue[T] {
	return &Queue[T]{grant: grant, shares: NewShares(int64(slots), share), waiting: make(map[string]*line[T])}
}

// Try takes a slot for a key at once, and reports whether it could: the key may have one, and no item of it waits.
func (q *Queue[T]) Try(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting[key] != nil || !q.shares.Allows(key) {
		return false
	}
	q.shares.Take(key, 1)
	return true
}

// Put gives a slot to an item, or has it wait for one.
func (q *Queue[T]) Put(key string, item T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.waiting[key]
	if l == nil && q.shares.Allows(key) {
		if q.grant(item) {
			q.shares.Take(key, 1)
		}
		return
	}
	if l == nil {
		l = &line[T]{key: key}
		q.waiting[key] = l
		q.turns = append(q.turns, l)
	}
	l.add(item)
}

// Remove takes an item out that waits. False: it does not wait, as when it has its slot.
func (q *Queue[T]) Remove(key string, item T) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.waiting[key]
	if l == nil {
		return false
	}
	i := slices.Index(l.items[l.head:], item)
	if i < 0 {
		return false
	}
	l.items = slices.Delete(l.items, l.head+i, l.head+i+1)
	if l.empty() {
		delete(q.waiting, key)
		i = slices.Index(q.turns, l)
		q.turns = slices.Delete(q.turns, i, i+1)
	}
	return true
}

// Done gives a slot of a key back. Those get it that wait, in turn.
func (q *Queue[T]) Done(key string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.shares.Give(key, 1)
	for i := 0; i < len(q.turns) && q.shares.Free() > 0; {
		l := q.turns[i]
		if !q.shares.Allows(l.key) {
			i++ // it keeps its turn
			continue
		}
		if q.grant(l.take()) {
			q.shares.Take(l.key, 1)
		}
		q.turns = slices.Delete(q.turns, i, i+1)
		if l.empty() {
			delete(q.waiting, l.key)
		} else {
			q.turns = append(q.turns, l)
		}
	}
}

// Used is the number of slots that are taken.
func (q *Queue[T]) Used() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return int(q.shares.Total())
}

func (l *line[T]) empty() bool { return l.head == len(l.items) }

func (l *line[T]) add(item T) {
	if l.head > len(l.items)/2 {
		l.items, l.head = slices.Delete(l.items, 0, l.head), 0
	}
	l.items = append(l.items, item)
}

// take returns the first item. There is one.
func (l *line[T]) take() (item T) {
	var none T
	item, l.items[l.head] = l.items[l.head], none
	l.head++
	return item
}
