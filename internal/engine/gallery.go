package engine

import (
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// spectator is one who waits for an execution to speak.
type spectator struct {
	id     ident.ID
	spoken chan flow.Execution // of one place
	over   chan struct{}       // closed when it is done; nil for one whom nobody has to call off
	done   bool                // it was shown the execution, was sent away, or has left
	unsure bool                // the table has not been read yet
	round  int                 // of the execution when it was; ends of earlier ones are old news
	heard  *flow.Execution     // the last that was to be shown while it was unsure
}

// finish marks a spectator as done; false when it was.
func (s *spectator) finish() bool {
	if s.done {
		return false
	}
	s.done = true
	if s.over != nil {
		close(s.over)
	}
	return true
}

// gallery holds those who watch executions that run elsewhere: in other callers' seats, in the table,
// or asleep. Its lock guards every spectator.
type gallery struct {
	limit  int
	count  atomic.Int64 // of watching; read without the lock, so that an end that nobody watches is cheap
	mu     sync.Mutex
	byID   map[ident.ID][]*spectator
	closed bool
}

// admit lets a spectator in. When there is no place it is sent away at once.
func (g *gallery) admit(s *spectator) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.done {
		return false
	}
	if g.closed || g.count.Load() >= int64(g.limit) {
		s.finish()
		close(s.spoken)
		return false
	}
	if g.byID == nil {
		g.byID = make(map[ident.ID][]*spectator)
	}
	g.byID[s.id] = append(g.byID[s.id], s)
	g.count.Add(1)
	return true
}

// leave lets a spectator go without a word.
func (g *gallery) leave(s *spectator) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.finish() {
		g.remove(s)
	}
}

// show gives one spectator the execution, which has spoken.
func (g *gallery) show(s *spectator, x flow.Execution) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.unsure {
		s.heard = &x
		return
	}
	g.give(s, x)
}

// give is show with the lock held.
func (g *gallery) give(s *spectator, x flow.Execution) {
	if x.Round >= s.round && s.finish() {
		s.spoken <- x
		close(s.spoken)
		g.remove(s)
	}
}

// inform tells a spectator how the execution stands in the table.
func (g *gallery) inform(s *spectator, x flow.Execution) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s.unsure, s.round = false, x.Round
	switch {
	case hasSpoken(x):
		g.give(s, x)
	case s.heard != nil:
		g.give(s, *s.heard)
	}
	s.heard = nil
}

// end sends one spectator away.
func (g *gallery) end(s *spectator) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.finish() {
		close(s.spoken)
		g.remove(s)
	}
}

// remove takes a spectator out, if it is in.
func (g *gallery) remove(s *spectator) {
	list := g.byID[s.id]
	for i, other := range list {
		if other != s {
			continue
		}
		list[i] = list[len(list)-1]
		list[len(list)-1] = nil
		if list = list[:len(list)-1]; len(list) == 0 {
			delete(g.byID, s.id)
		} else {
			g.byID[s.id] = list
		}
		g.count.Add(-1)
		return
	}
}

// tell shows an execution to all who watch it.
func (g *gallery) tell(x flow.Execution) {
	for _, s := range g.of(x.ID) {
		g.show(s, x)
	}
}

// of returns those who watch an execution.
func (g *gallery) of(id ident.ID) []*spectator {
	if g.count.Load() == 0 {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]*spectator(nil), g.byID[id]...)
}

// close sends everybody away, and whoever comes later.
func (g *gallery) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for _, list := range g.byID {
		for _, s := range list {
			s.finish()
			close(s.spoken)
		}
	}
	clear(g.byID)
	g.count.Store(0)
}
