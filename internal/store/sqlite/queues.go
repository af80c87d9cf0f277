package sqlite

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// member is a write that waits for the writer. It is plain data with a place for its outcome: the writer may
// apply it, roll back the whole transaction, and apply it again.
type member interface {
	// apply makes the writes, in the writer's goroutine. An error means that the transaction must be rolled back.
	// A broken rule is not an error but part of the outcome. apply may be called more than once and must reset
	// its outcome first.
	apply(*writer) error
	// settle is called once, when the outcome is final. nil means that the write is on the disk.
	settle(error)
	// size returns the approximate number of bytes that it writes.
	size() int
}

// queue is a first-in-first-out list of members.
type queue struct {
	items []member
	first int // index of the first item that waits
	bytes int // bytes of all waiting items
}

func (l *queue) len() int { return len(l.items) - l.first }

func (l *queue) push(m member) {
	l.items = append(l.items, m)
	l.bytes += m.size()
}

// take moves up to n members to dst, as long as bytes are left; the first member may be larger. It returns the
// remaining bytes.
func (l *queue) take(dst []member, n, bytes int) ([]member, int) {
	for n = min(n, l.len()); n > 0 && (bytes > 0 || len(dst) == 0); n-- {
		m := l.items[l.first]
		dst = append(dst, m)
		l.items[l.first] = nil
		l.first++
		l.bytes -= m.size()
		bytes -= m.size()
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
	mu      sync.Mutex
	commits queue
	accepts queue
	alone   queue       // each needs a transaction of its own
	bulk    queue       // as alone; these touch many records and can wait until no other write waits
	passed  int         // transactions made while a bulk member waited
	notes   []*optional // optional writes; at most noteLimit
	bytes   int         // bytes of the notes
	since   time.Time   // time at which the oldest note was added
	dropped int64
	closed  bool
	wake    chan struct{} // holds one token: there may be work
}

func (l *queues) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// enter adds a member to one of the queues and wakes the writer if necessary. The error is of kind
// fault.Unavailable if the store is closed or the queue is full.
func (l *queues) enter(to *queue, m member) error {
	l.mu.Lock()
	switch {
	case l.closed:
		l.mu.Unlock()
		return conn.ErrClosed
	case to.len() >= queueLimit, to.len() > 0 && to.bytes+m.size() > queueBytesLimit:
		l.mu.Unlock()
		return errCrowded
	}
	to.push(m)
	waiting := l.commits.len() + l.accepts.len()
	l.mu.Unlock()
	if to == &l.alone || to == &l.bulk || waiting == 1 || waiting == worthwhile {
		l.signal()
	}
	return nil
}

// worthwhile is the number of waiting members from which on a transaction is made while another is on its way to
// the disk. Each transaction has a fixed cost (it writes the edge of every tree again), so with few callers one
// large transaction is cheaper than two small ones.
const worthwhile = 40

var errCrowded = fault.New("sqlite", fault.Unavailable, "too many writes wait for the disk")

// addOptional queues an optional write. It returns false if the write is dropped.
func (l *queues) addOptional(n *optional, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := n.size()
	if l.closed || len(l.notes) >= noteLimit || l.bytes+size > noteBytesLimit {
		l.dropped++
		return false
	}
	if len(l.notes) == 0 {
		l.since = now
		defer l.signal()
	}
	l.notes = append(l.notes, n)
	l.bytes += size
	return true
}

// work is the content of one transaction.
type work struct {
	members []member
	notes   []*optional
	alone   bool
	bulk    bool // its sync can be delayed
}

func (w *work) empty() bool { return len(w.members) == 0 && len(w.notes) == 0 }

// bulkTurns is the largest number of transactions that run before a waiting bulk member.
const bulkTurns = 4

// next fills w with the next transaction, in this order:
//
//   - Every other time, one member that needs a transaction of its own.
//   - A bulk member, if the others wait for the disk, if there are no others, or if bulkTurns transactions ran
//     before it.
//   - Otherwise commits, then accepts, so that under load new calls are slowed down instead of the backlog
//     growing. Optional writes join them; after noteDelay they get a transaction without others.
//
// syncing reports that a transaction is on its way to the disk. next returns how long to wait if there is nothing
// to do yet (0: until the next signal), and whether the queues are closed and empty.
func (l *queues) next(w *work, most int, syncing bool, now time.Time) (wait time.Duration, end bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	turn := !w.alone
	clear(w.members)
	w.members, w.alone, w.bulk = w.members[:0], false, false
	if l.alone.len() > 0 && (turn || l.commits.len()+l.accepts.len() == 0) {
		w.members, _ = l.alone.take(w.members, 1, batchBytes)
		w.alone = true
		return 0, false
	}
	waiting := l.commits.len() + l.accepts.len()
	pause := syncing && !l.closed && waiting < min(worthwhile, most)
	if l.bulk.len() > 0 {
		if pause || waiting == 0 || l.passed >= bulkTurns {
			w.members, _ = l.bulk.take(w.members, 1, batchBytes)
			w.bulk, l.passed = true, 0
			return 0, false
		}
		l.passed++
	}
	if pause {
		return 0, false // the syncer signals when its sync has ended
	}
	var room int
	w.members, room = l.commits.take(w.members, most, batchBytes)
	w.members, _ = l.accepts.take(w.members, most-len(w.members), room)
	if len(l.notes) == 0 {
		return 0, l.closed && len(w.members) == 0
	}
	if due := noteDelay - now.Sub(l.since); len(w.members) == 0 && due > 0 && !l.closed {
		return due, false
	}
	n := min(noteRide, len(l.notes))
	w.notes = append(w.notes, l.notes[:n]...)
	rest := copy(l.notes, l.notes[n:])
	clear(l.notes[rest:])
	l.notes = l.notes[:rest]
	for _, n := range w.notes {
		l.bytes -= n.size()
	}
	return 0, false
}

func (l *queues) close() bool {
	l.mu.Lock()
	was := l.closed
	l.closed = true
	l.mu.Unlock()
	l.signal()
	return !was
}

// drop counts optional writes that were lost outside the queue.
func (l *queues) drop(n int) {
	l.mu.Lock()
	l.dropped += int64(n)
	l.mu.Unlock()
}
