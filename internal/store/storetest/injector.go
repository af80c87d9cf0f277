package storetest

import (
	"slices"
	"sync"
)

// injector decides what happens at the places of a driver. If it is not armed, nothing fails. mu guards all
// fields: the writer's goroutine calls Inject, the test arms and disarms.
type injector struct {
	mu     sync.Mutex
	armed  bool
	places []Place
	fault  Fault
	at     int  // number of the place, counted since it was armed
	after  bool // also at every later place
	count  int
	hits   int
	hold   chan struct{} // if set, the place waits until it is closed
	held   chan struct{} // closed when the place waits
}

// Inject is the function for Options.Inject.
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

// arm makes the n-th of the places from now on fail; with after, also all later ones.
func (i *injector) arm(places []Place, f Fault, n int, after bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.armed, i.places, i.fault, i.at, i.after, i.count, i.hits = true, places, f, n, after, 0, 0
}

// stop makes the n-th place wait. It returns a channel that is closed when the place waits, and a function that
// lets it continue.
func (i *injector) stop(places []Place, n int) (held <-chan struct{}, goOn func()) {
	i.arm(places, None, n, false)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.hold, i.held = make(chan struct{}), make(chan struct{})
	hold := i.hold
	return i.held, func() { close(hold) }
}

// disarm stops injecting faults and reports whether any place was hit.
func (i *injector) disarm() (hit bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.armed = false
	return i.hits > 0
}
