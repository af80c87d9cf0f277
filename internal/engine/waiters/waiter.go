package waiters

import (
	"sync"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// waiter is one caller who waits for one execution.
type waiter struct {
	id     ident.ID
	result chan flow.Execution // has room for the one value
	over   chan struct{}       // closed when the waiter is finished
	isNew  bool                // somebody else may not have written the execution yet

	mu       sync.Mutex
	finished bool
	unknown  bool            // the table has not been read yet
	round    int             // of the execution when it was read; events of earlier rounds are ignored
	early    *flow.Execution // the last event that came before
	release  func()          // takes the waiter off the list
}

func newWaiter(id ident.ID) *waiter {
	return &waiter{id: id, result: make(chan flow.Execution, 1), over: make(chan struct{})}
}

// receive takes an event.
func (w *waiter) receive(x flow.Execution) {
	w.mu.Lock()
	if w.unknown {
		w.early = &x
		w.mu.Unlock()
		return
	}
	w.deliver(x)
}

// read takes what the table says.
func (w *waiter) read(x flow.Execution) {
	w.mu.Lock()
	w.unknown, w.round = false, x.Round
	early := w.early
	w.early = nil
	switch {
	case answered(x):
		w.deliver(x)
	case early != nil:
		w.deliver(*early)
	default:
		w.mu.Unlock()
	}
}

// deliver gives the execution to the caller, unless it is an event of an earlier round. The lock is held, and
// released.
func (w *waiter) deliver(x flow.Execution) {
	if w.finished || x.Round < w.round {
		w.mu.Unlock()
		return
	}
	w.result <- x
	close(w.result)
	w.finish()
}

// end ends the wait without a value. With leave the channel stays open: nobody reads it any more.
func (w *waiter) end(leave bool) {
	w.mu.Lock()
	if w.finished {
		w.mu.Unlock()
		return
	}
	if !leave {
		close(w.result)
	}
	w.finish()
}

// finish marks the waiter as finished and takes it off the list. The lock is held, and released.
func (w *waiter) finish() {
	w.finished = true
	close(w.over)
	release := w.release
	w.mu.Unlock()
	if release != nil {
		release()
	}
}

// answered reports whether an execution has what its waiters wait for.
func answered(x flow.Execution) bool { return x.Reply != nil || x.Status.Final() }
