package engine_test

import (
	"fmt"
	"hash"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// scheduler lets one thing at a time happen in a synctest bubble, in an order that its seed decides. Each goroutine
// asks for a turn before it does what others could see: an operation of the table, the begin and the end of an
// attempt. When all goroutines wait, one of those that ask is chosen. So between two turns one goroutine works, and the
// same seed has the same history, however many processors there are.
type scheduler struct {
	start  time.Time
	random *rand.Rand // used by the goroutine that has the turn
	hash   hash.Hash64
	log    []string // when keep is set
	keep   bool
	last   time.Time // of the last turn that was no routine

	queue   sync.Mutex // guards waiting
	waiting []*turn
	arrived chan struct{} // one token: somebody asks
}

// turn is one goroutine that asks. What it is about to do distinguishes it from all others that ask.
type turn struct {
	what    string
	routine bool // happens also while nothing is left to do
	proceed chan struct{}
}

func newScheduler(seed uint64, keep bool) *scheduler {
	return &scheduler{
		start: clock.System().Now(), last: clock.System().Now(), random: rand.New(rand.NewPCG(seed, 7)),
		hash: fnv.New64a(), keep: keep, arrived: make(chan struct{}, 1),
	}
}

// turn returns when the caller may do what it is about to do, or when over is closed.
func (s *scheduler) turn(over <-chan struct{}, routine bool, format string, args ...any) {
	t := &turn{what: fmt.Sprintf(format, args...), routine: routine, proceed: make(chan struct{})}
	s.queue.Lock()
	s.waiting = append(s.waiting, t)
	s.queue.Unlock()
	select {
	case s.arrived <- struct{}{}:
	default:
	}
	select {
	case <-t.proceed:
	case <-over:
		s.queue.Lock()
		defer s.queue.Unlock()
		s.waiting = slices.DeleteFunc(s.waiting, func(other *turn) bool { return other == t })
	}
}

// next gives one turn. False: nobody asks.
func (s *scheduler) next() bool {
	synctest.Wait()
	s.queue.Lock()
	defer s.queue.Unlock()
	if len(s.waiting) == 0 {
		return false
	}
	slices.SortFunc(s.waiting, func(a, b *turn) int { return strings.Compare(a.what, b.what) })
	i := s.random.IntN(len(s.waiting))
	t := s.waiting[i]
	s.waiting = slices.Delete(s.waiting, i, i+1)
	if !t.routine {
		s.last = clock.System().Now()
	}
	s.note(t.what)
	close(t.proceed)
	return true
}

// note adds a line to the history.
func (s *scheduler) note(what string) {
	line := fmt.Sprintf("%s %s", clock.System().Now().Sub(s.start), what)
	_, _ = io.WriteString(s.hash, line+"\n")
	if s.keep {
		s.log = append(s.log, line)
	}
}

// idle waits for somebody to ask, or for the end. Time passes until then.
func (s *scheduler) idle(end <-chan struct{}) {
	select {
	case <-s.arrived:
	case <-end:
	}
}
