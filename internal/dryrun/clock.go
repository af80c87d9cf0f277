package dryrun

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// skipping is a clock that goes like another one and can be set forward, so that waits end at once. It is safe for
// concurrent use.
type skipping struct {
	clock.Clock
	mu    sync.Mutex
	ahead time.Duration
}

// Now returns the time of the run.
func (s *skipping) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Clock.Now().Add(s.ahead)
}

// skipTo sets the clock forward.
func (s *skipping) skipTo(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if wait := t.Sub(s.Clock.Now().Add(s.ahead)); wait > 0 {
		s.ahead += wait
	}
}

// skipped is how long the run would have waited so far.
func (s *skipping) skipped() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ahead
}
