package app

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

const (
	// probeEvery is the shortest time between the beginnings of two probes, and so the longest time for which
	// an answer is given again.
	probeEvery = time.Second
	// probeTimeout is how long a probe may take before the store counts as stuck.
	probeTimeout = 5 * time.Second
)

// prober answers whether the store can write. Each probe is a write with an fsync, and anybody may ask, so the
// prober limits probes: one at a time, and one in a second at most, however many ask. It begins one only when
// somebody asks.
//
// A probe runs in a goroutine of its own, which ends with the write. Those who ask wait for it, for
// probeTimeout from its beginning; from then on everybody is told at once that the store is stuck, until the
// write returns. The next one who asks begins a new probe.
type prober struct {
	write func() error
	clock clock.Clock

	mu   sync.Mutex
	last *probe // nil: nobody has asked yet
}

// probe is one write.
type probe struct {
	begun time.Time
	done  chan struct{} // closed when the write has returned
	err   error         // of the write; may be read once done is closed
}

// check returns why the store cannot write, or nil. The answer is at most probeEvery old.
func (p *prober) check() error {
	b := p.current()
	timeout := time.NewTimer(probeTimeout - p.clock.Now().Sub(b.begun))
	defer timeout.Stop()
	select {
	case <-b.done:
		return b.err
	default:
	}
	select {
	case <-b.done:
		return b.err
	case <-timeout.C:
		return fault.New("app.ready", fault.Unavailable, "the store has not finished a write for %s", probeTimeout)
	}
}

// current returns the probe whose result answers a question that is asked now.
func (p *prober) current() *probe {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if p.last != nil && (!p.last.isDone() || now.Sub(p.last.begun) < probeEvery) {
		return p.last
	}
	b := &probe{begun: now, done: make(chan struct{})}
	p.last = b
	go func() {
		b.err = p.write()
		close(b.done)
	}()
	return b
}

func (b *probe) isDone() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}
