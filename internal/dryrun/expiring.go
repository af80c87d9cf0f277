package dryrun

import (
	"context"
	"sync"
	"time"
)

// expiring is a context whose time can be declared over, because a wait was skipped that is longer. It has no deadline
// of its own, so that a context with a time-out below it has the deadline of that time-out.
type expiring struct {
	context.Context
	done chan struct{}
	once sync.Once // of the end
	err  error     // set before done is closed
}

func newExpiring(parent context.Context) *expiring {
	e := &expiring{Context: parent, done: make(chan struct{})}
	context.AfterFunc(parent, func() { e.end(parent.Err()) })
	return e
}

// expire declares the time over.
func (e *expiring) expire() { e.end(context.DeadlineExceeded) }

func (e *expiring) end(err error) {
	e.once.Do(func() {
		e.err = err
		close(e.done)
	})
}

// Deadline implements context.Context.
func (e *expiring) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (e *expiring) Done() <-chan struct{} { return e.done }

// Err implements context.Context.
func (e *expiring) Err() error {
	select {
	case <-e.done:
		return e.err
	default:
		return nil
	}
}
