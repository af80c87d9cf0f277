package watch

import (
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// The limits of the live view.
const (
	MaxSubscriptions = 64   // for one hub; and as many who watch executions, and as many who wait for a call
	Recent           = 8192 // events that are kept for subscriptions that are slow or come back
)

// Hub sends events to every subscription. Its methods are safe for concurrent use.
type Hub struct {
	counts counts
	epoch  string // begins every position, so that a position of an earlier process is noticed

	recording atomic.Bool // somebody subscribes, or did not long ago: events are kept
	mu        sync.Mutex  // guards the fields below
	recent    []Event     // nil, or a ring of the newest events: event n is at n % Recent
	first     uint64      // number of the oldest event in recent
	next      uint64      // number of the next event
	idle      int         // events since the last subscription ended
	list      []*Subscription

	executions watchers
	callers    listeners

	closed chan struct{} // closed by Close
	once   sync.Once
}

// NewHub returns a hub without subscriptions.
func NewHub() *Hub {
	return &Hub{epoch: rand.Text()[:10], first: 1, next: 1, closed: make(chan struct{})}
}

// Delivered reports that a call was answered. It never blocks.
func (h *Hub) Delivered(d hook.Delivery) {
	h.counts.delivery(d.Outcome)
	if h.callers.any() {
		call := d // d itself stays on the stack
		h.callers.tell(&call)
	}
	if h.recording.Load() {
		h.publish(delivered(&d))
	}
}

// Ended reports that an execution ended or began to wait. steps is the number of steps in its journal, and took
// the time since it was accepted. It never blocks.
func (h *Hub) Ended(x flow.Execution, steps int, took time.Duration) {
	h.counts.execution(x.Status)
	h.executions.wake(x.ID)
	if h.recording.Load() {
		h.publish(ended(&x, steps, took))
	}
}

// Committed reports that a step or a state of an execution is on disk. It never blocks.
func (h *Hub) Committed(id ident.ID) { h.executions.wake(id) }

// publish keeps an event and wakes the subscriptions. Nobody can go on from an event that is no longer kept, so once
// Recent events have passed without a subscription, none are kept any more.
func (h *Hub) publish(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.recent == nil {
		return // the last publish stopped the recording
	}
	if len(h.list) == 0 {
		if h.idle++; h.idle > Recent {
			h.recording.Store(false)
			h.recent = nil
			h.next++ // no position that was given to anybody is the one before the next event
			return
		}
	}
	h.recent[h.next%Recent] = e
	h.next++
	h.first = max(h.first, h.next-min(h.next, Recent))
	for _, s := range h.list {
		wake(s.ready)
	}
}

// wake fills a channel with room for one signal.
func wake(signal chan struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}

// Close ends every Follow, Watch and Listen, and refuses new ones. Subscriptions still receive the events of
// executions that end while the server stops.
func (h *Hub) Close() {
	h.once.Do(func() { close(h.closed) })
}

// open returns fault.Unavailable if the hub is closed, or if so many are there already.
func (h *Hub) open(op string, have int) error {
	select {
	case <-h.closed:
		return fault.New(op, fault.Unavailable, "the server is shutting down")
	default:
	}
	if have >= MaxSubscriptions {
		return fault.New(op, fault.Unavailable, "%d streams of this kind are open, which is the maximum; close one", MaxSubscriptions)
	}
	return nil
}
