package sqlite

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// member is one value that waits for the writer. It is plain data with a place for its outcome: the
// writer may apply it, take it back with the whole transaction, and apply it again.
type member interface {
	// apply writes. An error means that the transaction must be given up; a broken rule is no error
	// but part of the outcome.
	apply(*writer) error
	// settle is called once, when it is known what became of the member.
	settle(error)
	// size is about how many bytes it writes.
	size() int
}

// queue is a first-in-first-out list of members.
type queue struct {
	items []member
	first int // of the items that wait
	bytes int // of all of them
}

func (l *queue) len() int { return len(l.items) - l.first }

func (l *queue) push(m member) {
	l.items = append(l.items, m)
	l.bytes += m.size()
}

// take moves up to n members to dst, and no more than the given bytes unless one alone has more. It
// returns what is left of the bytes.
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

// queues is what waits for the writer.
type queues struct {
	mu      sync.Mutex
	commits queue
	accepts queue
	alone   queue // each needs a transaction of its own
	bulk    queue // so do these, which touch many records, and can wait until nobody else has to
	passed  int   // transactions that were made while one of those waited
	notes   []*optional
	bytes   int       // of the notes
	since   time.Time // when the first note came
	dropped int64
	closed  bool
	wake    chan struct{} // holds one token: there may be something to do
}

func (l *queues) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// enter puts a member into one of the queues.
func (l *queues) enter(to *queue, m member) error {
	l.mu.Lock()
	switch {
	case l.closed:
		l.mu.Unlock()
		return errClosed
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

// worthwhile is how many members must wait for a transaction to be made while another is on its way
// to the disk. A transaction has a cost of its own (it writes the edge of every tree again), so with
// few callers one large one is cheaper than two small ones.
const worthwhile = 40

var errCrowded = fault.New("sqlite", fault.Unavailable, "too many writes wait for the disk")

// addOptional puts a write into the queue that may drop it.
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

// work is what one transaction is made of.
type work struct {
	members []member
	notes   []*optional
	alone   bool
	bulk    bool // it can wait for the disk
}

func (w *work) empty() bool { return len(w.members) == 0 && len(w.notes) == 0 }

// bulkTurns is how many transactions go before one that touches many records, at most.
const bulkTurns = 4

// next fills w: one member that must be alone, every other time; else commits, then accepts, so that
// the door slows instead of the backlog growing; and notes that ride along, or that have waited long
// enough. What touches many records goes while the others wait for the disk, when there are no others, or
// when it has let enough of them go first. syncing says that a transaction is on its way to the disk. It
// returns how long to wait when there is nothing to do yet (0: until the next signal), and whether the
// queues are closed and empty.
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
		return 0, false // the end of the sync is a signal
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

// drop counts notes that were lost behind the queue.
func (l *queues) drop(n int) {
	l.mu.Lock()
	l.dropped += int64(n)
	l.mu.Unlock()
}
