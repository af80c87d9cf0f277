package watch

import (
	"context"

	"hookline.dev/hookline/internal/query"
)

const (
	batch     = 64   // events that a follower takes at once
	markEvery = 1024 // events that a filter may leave out before the follower is told how far it is
)

// Dropped tells a follower how many events it missed because it reads too slowly. Those that its filter would have left
// out are among them.
type Dropped struct {
	Count int64 `json:"count"`
}

// Follow sends the events of calls that match deliveries and of executions that match executions, in order, until ctx
// ends, the hub closes or send fails. A query that is nil matches nothing. The names are "open" (once at the
// beginning), "delivery", "execution", "dropped" with a Dropped, and "gap" with a Gap.
//
// Each event has an id. A Follow that gets the last id as after goes on behind it: with the events that have happened
// since, or with a gap. An event without a name only tells how far the follower is.
//
// Before sending anything, Follow returns fault.Invalid if a query asks for something that an event does not know, and
// fault.Unavailable if there are too many subscriptions.
func (h *Hub) Follow(ctx context.Context, deliveries, executions *query.Query, after string, send func(id, name string, data any) error) error {
	f, err := newFilter(deliveries, executions)
	if err != nil {
		return err
	}
	s, gap, err := h.subscribe(after)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := send(h.position(s.next-1), "open", struct{}{}); err != nil {
		return err
	}
	if gap != nil {
		if err := send(h.position(s.next-1), "gap", gap); err != nil {
			return err
		}
	}
	follower := follower{sub: s, filter: f, send: send}
	for {
		more, err := follower.some()
		if err != nil {
			return err
		}
		if more {
			if ctx.Err() != nil {
				return nil
			}
			continue
		}
		select {
		case <-s.ready:
		case <-h.closed:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// follower sends the events of a subscription.
type follower struct {
	sub     *Subscription
	filter  filter
	send    func(id, name string, data any) error
	skipped int // events that were left out since something was sent
	events  [batch]Event
}

// some sends the next events, and reports whether there may be more.
func (f *follower) some() (more bool, err error) {
	n, missed := f.sub.Take(f.events[:])
	number := f.sub.next - uint64(n)
	at := f.sub.hub.position
	if missed > 0 {
		if err := f.send(at(number-1), "dropped", Dropped{Count: missed}); err != nil {
			return false, err
		}
	}
	for i := range f.events[:n] {
		e := &f.events[i]
		id, name, data := number+uint64(i), string(e.Kind), any(e)
		if !f.filter.match(e) {
			if f.skipped++; f.skipped < markEvery {
				continue
			}
			name, data = "", nil
		}
		f.skipped = 0
		if err := f.send(at(id), name, data); err != nil {
			return false, err
		}
	}
	return n > 0, nil
}
