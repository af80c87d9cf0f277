package watch

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// The limits of the live view.
const (
	MaxSubscriptions = 64   // for one hub
	Buffer           = 1024 // events that can wait in one subscription; further ones are dropped and counted
)

// Hub sends events to every subscription. Its methods are safe for concurrent use.
type Hub struct {
	list   atomic.Pointer[[]*Subscription] // never nil; replaced, never modified
	counts counts

	mu     sync.Mutex    // serialises changes to list
	closed chan struct{} // closed by Close
	once   sync.Once
}

// NewHub returns a hub without subscriptions.
func NewHub() *Hub {
	h := &Hub{closed: make(chan struct{})}
	h.list.Store(new([]*Subscription))
	return h
}

// Delivered reports that a call was answered. It never blocks.
func (h *Hub) Delivered(d hook.Delivery) {
	h.counts.delivery(d.Outcome)
	if list := *h.list.Load(); len(list) > 0 {
		publish(list, delivered(&d))
	}
}

// Ended reports that an execution ended or began to wait. steps is the number of steps in its journal, and took
// the time since it was accepted. It never blocks.
func (h *Hub) Ended(x flow.Execution, steps int, took time.Duration) {
	h.counts.execution(x.Status)
	if list := *h.list.Load(); len(list) > 0 {
		publish(list, ended(&x, steps, took))
	}
}

func publish(list []*Subscription, e Event) {
	for _, s := range list {
		select {
		case s.events <- e:
		default:
			s.dropped.Add(1)
		}
	}
}

// Subscribe starts a subscription, which the caller must close. It returns fault.Unavailable if there are
// already MaxSubscriptions, or if the hub is closed.
func (h *Hub) Subscribe() (*Subscription, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
		return nil, fault.New("watch.Subscribe", fault.Unavailable, "the server is shutting down")
	default:
	}
	list := *h.list.Load()
	if len(list) >= MaxSubscriptions {
		return nil, fault.New("watch.Subscribe", fault.Unavailable, "%d subscriptions are open, which is the maximum; close one", MaxSubscriptions)
	}
	s := &Subscription{hub: h, events: make(chan Event, Buffer)}
	list = append(slices.Clone(list), s)
	h.list.Store(&list)
	return s, nil
}

// Close ends every Follow and refuses new subscriptions. Open subscriptions still receive the events of
// executions that end while the server stops.
func (h *Hub) Close() {
	h.once.Do(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		close(h.closed)
	})
}

// Follow sends every later event, in order, until ctx ends, the hub closes or send fails. The names are "open"
// (once at the beginning), "delivery", "execution", and "dropped" with a Dropped. send may be slow; events that
// do not fit into the buffer in the meantime are dropped and counted in the next "dropped".
func (h *Hub) Follow(ctx context.Context, send func(name string, data any) error) error {
	s, err := h.Subscribe()
	if err != nil {
		return err
	}
	defer s.Close()
	if err := send("open", struct{}{}); err != nil {
		return err
	}
	for {
		if n := s.TakeDropped(); n > 0 {
			if err := send("dropped", Dropped{Count: n}); err != nil {
				return err
			}
		}
		select {
		case e := <-s.Events():
			if err := send(string(e.Kind), e); err != nil {
				return err
			}
		case <-h.closed:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// Dropped tells a follower how many events it missed.
type Dropped struct {
	Count int64 `json:"count"`
}

// Subscription receives the events of a hub until it is closed.
type Subscription struct {
	hub     *Hub
	events  chan Event
	dropped atomic.Int64
}

// Events returns the channel of events. It is never closed.
func (s *Subscription) Events() <-chan Event { return s.events }

// TakeDropped returns the number of events dropped since its last call.
func (s *Subscription) TakeDropped() int64 { return s.dropped.Swap(0) }

// Close ends the subscription. It may be called twice.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(*s.hub.list.Load()), func(other *Subscription) bool { return other == s })
	s.hub.list.Store(&list)
}
