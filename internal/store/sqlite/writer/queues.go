package writer

import (
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Queue is where a Member waits.
type Queue uint8

// The queues, and the transactions that their members get.
const (
	Commits Queue = iota // shared with Accepts, which come after them
	Accepts              // shared with Commits
	Alone                // one of its own, every other turn
	Bulk                 // one of its own, at a moment at which the others wait for the disk: for many records
	queueCount
)

// MaxBatch is the largest number of Commits and Accepts in one transaction.
const MaxBatch = 256

const (
	queueLimit      = 1 << 16  // members that wait in one queue
	queueBytesLimit = 64 << 20 // bytes that they write together
	batchBytes      = 8 << 20  // bytes that one transaction writes; a single member may have more

	optionalLimit      = 1024                   // optional writes that wait
	optionalBytesLimit = 8 << 20                // bytes that they hold together
	optionalPerBatch   = 128                    // optional writes added to one transaction
	optionalDelay      = 100 * time.Millisecond // how long they wait for a transaction to join
)

// queue is a first-in-first-out list of members.
type queue struct {
	items []Member
	first int // index of the first item that waits
	bytes int // bytes of all waiting items
}

func (l *queue) len() int { return len(l.items) - l.first }

func (l *queue) push(m Member) {
	l.items = append(l.items, m)
	l.bytes += m.Size()
}

// take moves up to n members to dst, as long as bytes are left; the first member may be larger. It returns the
// remaining bytes.
func (l *queue) take(dst []Member, n, bytes int) ([]Member, int) {
	for n = min(n, l.len()); n > 0 && (bytes > 0 || len(dst) == 0); n-- {
		m := l.items[l.first]
		dst = append(dst, m)
		l.items[l.first] = nil
		l.first++
		l.bytes -= m.Size()
		bytes -= m.Size()
	}
	switch {
	case l.first == len(l.items):
		l.items, l.first = l.items[:0], 0
	case l.first > cap(l.items)/2:
		rest := copy(l.items, l.items[l.first:])
		clear(l.items[rest:])
		l.items, l.first = l.items[:rest], 0
	}
	return dst, bytes
}

// queues holds everything that waits for the writer. mu guards all fields except wake. Callers add, the writer's
// goroutine takes.
type queues struct {
	mu       sync.Mutex
	waiting  [queueCount]queue
	turns    int        // transactions made while a bulk member waited
	optional []Optional // at most optionalLimit
	bytes    int        // bytes of the optional writes
	since    time.Time  // time at which the oldest optional write was added
	dropped  int64
	closed   bool
	wake     chan struct{} // holds one token: there may be work
}

func (l *queues) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// enter adds a member to a queue and wakes the writer if necessary. The error is of kind fault.Unavailable if the
// writer is closed or the queue is full.
func (l *queues) enter(to Queue, m Member) error {
	l.mu.Lock()
	q := &l.waiting[to]
	switch {
	case l.closed:
		l.mu.Unlock()
		return conn.ErrClosed
	case q.len() >= queueLimit, q.len() > 0 && q.bytes+m.Size() > queueBytesLimit:
		l.mu.Unlock()
		return errFull
	}
	q.push(m)
	shared := l.shared()
	l.mu.Unlock()
	if to == Alone || to == Bulk || shared == 1 || shared == minWhileSyncing {
		l.signal()
	}
	return nil
}

// shared returns the number of waiting members that share a transaction.
func (l *queues) shared() int { return l.waiting[Commits].len() + l.waiting[Accepts].len() }

// minWhileSyncing is the number of waiting members from which on a transaction is made while another is on its way
// to the disk. Each transaction has a fixed cost (it writes the edge of every tree again), so with few callers one
// large transaction is cheaper than two small ones.
const minWhileSyncing = 40

var errFull = fault.New("sqlite", fault.Unavailable, "too many writes wait for the disk")

// offer queues an optional write. It returns false if the write is dropped.
func (l *queues) offer(o Optional, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := o.Size()
	if l.closed || len(l.optional) >= optionalLimit || l.bytes+size > optionalBytesLimit {
		l.dropped++
		return false
	}
	if len(l.optional) == 0 {
		l.since = now
		defer l.signal()
	}
	l.optional = append(l.optional, o)
	l.bytes += size
	return true
}

// work is the content of one transaction.
type work struct {
	members  []Member
	optional []Optional
	alone    bool
	bulk     bool // its sync can be delayed
}

func (w *work) empty() bool { return len(w.members) == 0 && len(w.optional) == 0 }

func (w *work) clearOptional() {
	clear(w.optional)
	w.optional = w.optional[:0]
}

// bulkTurns is the largest number of transactions that run before a waiting bulk member.
const bulkTurns = 4

// next fills w with the next transaction, in this order:
//
//   - Every other time, one member that needs a transaction of its own.
//   - A bulk member, if the others wait for the disk, if there are no others, or if bulkTurns transactions ran
//     before it.
//   - Otherwise commits, then accepts, so that under load new calls are slowed down instead of the backlog
//     growing. Optional writes join them; after optionalDelay they get a transaction without others.
//
// syncing reports that a transaction is on its way to the disk. next returns how long to wait if there is nothing
// to do yet (0: until the next signal), and whether the queues are closed and empty.
func (l *queues) next(w *work, syncing bool, now time.Time) (wait time.Duration, end bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	shared, turn := l.shared(), !w.alone
	clear(w.members)
	w.members, w.alone, w.bulk = w.members[:0], false, false
	if l.waiting[Alone].len() > 0 && (turn || shared == 0) {
		w.members, _ = l.waiting[Alone].take(w.members, 1, batchBytes)
		w.alone = true
		return 0, false
	}
	pause := syncing && !l.closed && shared < minWhileSyncing
	if l.waiting[Bulk].len() > 0 {
		if pause || shared == 0 || l.turns >= bulkTurns {
			w.members, _ = l.waiting[Bulk].take(w.members, 1, batchBytes)
			w.bulk, l.turns = true, 0
			return 0, false
		}
		l.turns++
	}
	if pause {
		return 0, false // the syncer signals when its sync has ended
	}
	var room int
	w.members, room = l.waiting[Commits].take(w.members, MaxBatch, batchBytes)
	w.members, _ = l.waiting[Accepts].take(w.members, MaxBatch-len(w.members), room)
	if len(l.optional) == 0 {
		return 0, l.closed && len(w.members) == 0
	}
	if due := optionalDelay - now.Sub(l.since); len(w.members) == 0 && due > 0 && !l.closed {
		return due, false
	}
	n := min(optionalPerBatch, len(l.optional))
	w.optional = append(w.optional, l.optional[:n]...)
	l.optional = slices.Delete(l.optional, 0, n)
	for _, o := range w.optional {
		l.bytes -= o.Size()
	}
	return 0, false
}

func (l *queues) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.signal()
}

// drop counts optional writes that were lost outside the queue.
func (l *queues) drop(n int) {
	l.mu.Lock()
	l.dropped += int64(n)
	l.mu.Unlock()
}
