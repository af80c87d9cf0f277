package watch

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Subscription reads the events of a hub until it is closed. It is a place among the events that the hub keeps, so a
// slow one costs no memory of its own. It must be used by one goroutine only.
type Subscription struct {
	hub   *Hub
	next  uint64        // number of the event that is read next
	ready chan struct{} // has room for one signal
}

// Subscribe starts a subscription to later events, which the caller must close. It returns fault.Unavailable if there
// are already MaxSubscriptions, or if the hub is closed.
func (h *Hub) Subscribe() (*Subscription, error) {
	s, _, err := h.subscribe("")
	return s, err
}

// subscribe starts a subscription to the events after a position; "": to later ones. If some of them are not kept any
// more, it begins with the oldest that is, and gap is not nil.
func (h *Hub) subscribe(after string) (s *Subscription, gap *Gap, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.open("watch.Subscribe", len(h.list)); err != nil {
		return nil, nil, err
	}
	if h.recent == nil {
		h.recent, h.first = make([]Event, Recent), h.next
		h.recording.Store(true)
	}
	h.idle = 0
	s = &Subscription{hub: h, next: h.next, ready: make(chan struct{}, 1)}
	if after != "" {
		s.next, gap = h.resume(after)
		wake(s.ready)
	}
	h.list = append(h.list, s)
	return s, gap, nil
}

// Gap tells a follower who comes back that it has missed events.
type Gap struct {
	// Reason is "restart" if the server has been restarted since, or did not give the id, and "expired" if too much has
	// happened since.
	Reason string `json:"reason"`
	// Until is when the oldest event happened that is still known and follows; zero if none is known.
	Until time.Time `json:"until,omitzero"`
}

// resume returns the number of the event after a position.
func (h *Hub) resume(after string) (next uint64, gap *Gap) {
	reason := "restart"
	if epoch, text, _ := strings.Cut(after, "-"); epoch == h.epoch {
		n, err := strconv.ParseUint(text, 10, 64)
		switch {
		case err != nil || n >= h.next || strconv.FormatUint(n, 10) != text: // not one of ours
		case n+1 >= h.first:
			return n + 1, nil
		default:
			reason = "expired"
		}
	}
	gap = &Gap{Reason: reason}
	if h.first < h.next {
		gap.Until = h.recent[h.first%Recent].At
	}
	return h.first, gap
}

// position returns the position of event n, as text for a client.
func (h *Hub) position(n uint64) string { return h.epoch + "-" + strconv.FormatUint(n, 10) }

// Ready returns a channel that has a signal if there may be events. It is never closed.
func (s *Subscription) Ready() <-chan struct{} { return s.ready }

// Take copies the next events into a buffer and returns how many these are, 0 if there are none. missed is how many
// events before them are no longer kept, because the reader was too slow.
func (s *Subscription) Take(into []Event) (n int, missed int64) {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.next < h.first {
		missed = int64(h.first - s.next)
		s.next = h.first
	}
	for n < len(into) && s.next < h.next {
		into[n] = h.recent[s.next%Recent]
		n++
		s.next++
	}
	return n, missed
}

// Close ends the subscription. It may be called twice.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.list = slices.DeleteFunc(s.hub.list, func(other *Subscription) bool { return other == s })
}
