package app

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

const (
	// probeEvery is the shortest time between the starts of two probes, and so the longest time for which a
	// result is reused.
	probeEvery = time.Second
	// probeTimeout is how long a probe may take before the store counts as stuck.
	probeTimeout = 5 * time.Second
)

// prober reports whether the store can write. Each probe is a write with an fsync, and anyone may ask, so the
// prober limits probes to one at a time and one per second, however many callers ask. It starts a probe only
// when someone asks.
//
// Each probe runs in its own goroutine, which ends with the write. Callers wait for it for up to probeTimeout
// from its start. After that, every caller is told at once that the store is stuck, until the write returns.
// The next caller then starts a new probe.
type prober struct {
	write func() error
	clock clock.Clock

	mu   sync.Mutex // guards last
	last *probe     // nil: no probe yet
}

// probe is one write.
type probe struct {
	begun time.Time
	done  chan struct{} // closed when the write has returned
	err   error         // valid once done is closed
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

// current returns the probe whose result answers a caller that asks now.
func (p *prober) current() *probe {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if p.last != nil && (!p.last.isDone() || now.Sub(p.last.begun) < probeEvery) {
		return p.last
	}
	b := &probe{begun: now, done: make(chan struct{})}
	p.last = b
	// The write cannot be interrupted. If the store hangs, this goroutine hangs with it, and no other probe starts.
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
