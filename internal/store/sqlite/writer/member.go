package writer

import "errors"

// Member is a write that waits for the writer. It is plain data with a place for its outcome: the writer may apply
// it, roll back the whole transaction, and apply it again. It embeds Waiter.
type Member interface {
	// Apply makes the writes, in the writer's goroutine. An error means that the transaction must be rolled back. A
	// broken rule is not an error but part of the outcome. Apply may be called more than once and must reset its
	// outcome first.
	Apply(*Tx) error
	// Size returns the approximate number of bytes that it writes.
	Size() int
	waiter() *Waiter
}

// Waiter is the channel on which the caller of a Member waits. The zero value is ready to use. It can be used again
// after each Do, but only by one Do at a time.
type Waiter struct{ done chan error } // holds one result, so that whoever sends it never blocks

func (t *Waiter) waiter() *Waiter { return t }

// Size returns 0: members with a transaction of their own do not share the byte limits.
func (t *Waiter) Size() int { return 0 }

// Do queues a member and waits for its outcome. nil means that the write is on the disk. The error is of kind
// fault.Unavailable if the writer is closed or the queue is full.
func (w *Writer) Do(q Queue, m Member) error {
	t := m.waiter()
	if t.done == nil {
		t.done = make(chan error, 1)
	}
	if err := w.queues.enter(q, m); err != nil {
		return err
	}
	return <-t.done
}

// Run runs f in a transaction of its own and waits for the outcome, as Do does. f may be called more than once and
// must reset its outcome first.
func (w *Writer) Run(f func(*Tx) error) error { return w.Do(Alone, &function{f: f}) }

// RunAndDiscard runs f in a transaction of its own, which is rolled back, and waits for the end. It takes its turn among
// the Bulk members. f may be called more than once and must reset its outcome first.
func (w *Writer) RunAndDiscard(f func(*Tx) error) error {
	err := w.Do(Bulk, &function{f: func(tx *Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return errDiscarded
	}})
	if errors.Is(err, errDiscarded) {
		return nil
	}
	return err
}

// errDiscarded makes the writer roll back a transaction that is not meant to be committed.
var errDiscarded = errors.New("the transaction is discarded")

// function is the Member of Run and RunAndDiscard.
type function struct {
	Waiter
	f func(*Tx) error
}

// Apply calls the function.
func (m *function) Apply(tx *Tx) error { return m.f(tx) }

// Optional is a write that nobody waits for and that may be dropped.
type Optional interface {
	// Apply is Member.Apply.
	Apply(*Tx) error
	// Size returns the approximate number of bytes that it holds in memory and writes.
	Size() int
}

// Offer queues an optional write. It returns false if the write is dropped.
func (w *Writer) Offer(o Optional) bool { return w.queues.offer(o, w.options.Clock.Now()) }

// CountDropped counts an optional write that was dropped before Offer.
func (w *Writer) CountDropped() { w.queues.drop(1) }
