package watch

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/hook"
)

// listeners are those who wait for a call.
type listeners struct {
	count atomic.Int64 // nobody waits: a call costs one read
	mu    sync.Mutex   // guards list
	list  []*listener
}

// listener waits for one call.
type listener struct {
	match func(*hook.Delivery) bool
	call  chan hook.Delivery // has room for one
}

func (l *listeners) any() bool { return l.count.Load() > 0 }

func (l *listeners) tell(d *hook.Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.list {
		if !one.match(d) {
			continue
		}
		select {
		case one.call <- *d:
		default: // it has its call
		}
	}
}

// Listen waits for the next call that matches and returns it as it was reported: recorded, without what gates check, and
// answered. It calls ready once when no later call can be missed. heard is false if ctx ended or the hub closed before a
// call came. match must be quick, and is called by several goroutines. The error is that of ready, or fault.Unavailable
// before ready is called: too many listen, or the hub is closed.
func (h *Hub) Listen(ctx context.Context, match func(*hook.Delivery) bool, ready func() error) (d hook.Delivery, heard bool, err error) {
	one := &listener{match: match, call: make(chan hook.Delivery, 1)}
	if err := h.listen(one); err != nil {
		return d, false, err
	}
	defer h.callers.remove(one)
	if err := ready(); err != nil {
		return d, false, err
	}
	select {
	case d = <-one.call:
		return d, true, nil
	case <-h.closed:
	case <-ctx.Done():
	}
	return d, false, nil
}

func (h *Hub) listen(one *listener) error {
	l := &h.callers
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := h.open("watch.Listen", len(l.list)); err != nil {
		return err
	}
	l.list = append(l.list, one)
	l.count.Add(1)
	return nil
}

func (l *listeners) remove(one *listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(other *listener) bool { return other == one })
	l.count.Add(-1)
}
