package storetest

import (
	"slices"
	"sync"
)

// injector decides what happens at the places of a driver. Disarmed it lets everything pass.
type injector struct {
	mu     sync.Mutex
	armed  bool
	places []Place
	fault  Fault
	at     int  // the place, counted from when it was armed
	after  bool // and every one after it
	count  int
	hits   int
	hold   chan struct{} // when set, the place waits here
	held   chan struct{} // closed when it does
}

// Inject is for Options.
func (i *injector) Inject(p Place) Fault {
	i.mu.Lock()
	if !i.armed || !slices.Contains(i.places, p) {
		i.mu.Unlock()
		return None
	}
	i.count++
	hit := i.count == i.at || i.after && i.count > i.at
	if !hit {
		i.mu.Unlock()
		return None
	}
	i.hits++
	hold := i.hold
	if hold != nil {
		i.hold = nil
		close(i.held)
	}
	fault := i.fault
	i.mu.Unlock()
	if hold != nil {
		<-hold
	}
	return fault
}

// arm makes the n-th of the places from now on fail, or with after all from the n-th on.
func (i *injector) arm(places []Place, f Fault, n int, after bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.armed, i.places, i.fault, i.at, i.after, i.count, i.hits = true, places, f, n, after, 0, 0
}

// stop makes the n-th place wait; it returns a channel that is closed when it does, and the function
// that lets it go on.
func (i *injector) stop(places []Place, n int) (held <-chan struct{}, goOn func()) {
	i.arm(places, None, n, false)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.hold, i.held = make(chan struct{}), make(chan struct{})
	hold := i.hold
	return i.held, func() { close(hold) }
}

// disarm lets everything pass, and reports whether anything was hit.
func (i *injector) disarm() (hit bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.armed = false
	return i.hits > 0
}
