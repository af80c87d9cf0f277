package engine

import (
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// Attend watches an execution that the caller did not start. The channel yields one value, when the
// answer of a Response node is committed or the execution has ended, also when that was before the
// call. It is closed after it; and without one when the engine stops, when the execution is gone or out
// of this engine's hands, or at once when Options.Spectators watch already. leave ends the watch and
// may be called at any time, more than once.
func (e *Engine) Attend(id ident.ID) (spoken <-chan flow.Execution, leave func()) {
	s := &spectator{id: id, spoken: make(chan flow.Execution, 1), over: make(chan struct{})}
	leave = func() { e.gallery.leave(s) }
	if !e.gallery.admit(s) {
		return s.spoken, leave
	}
	// Only now the table is asked: what was committed before the question is in its answer, and
	// what is committed after it finds the spectator.
	if err := e.inquire(s); err != nil {
		e.log.Warn("cannot read how an execution stands; trying again", "execution", id.Text(ident.Execution), "error", err)
		if !e.begin(func() { e.insist(s) }) {
			e.gallery.end(s)
		}
	}
	return s.spoken, leave
}

// inquire shows a spectator what the table says, if the execution has spoken.
func (e *Engine) inquire(s *spectator) error {
	loaded, err := e.table.Load(s.id)
	switch {
	case fault.Is(err, fault.NotFound):
		e.gallery.end(s)
		return nil
	case err != nil:
		return fault.Wrap("engine.Attend", err)
	}
	if hasSpoken(loaded.Execution) {
		e.gallery.show(s, loaded.Execution)
	}
	return nil
}

// insist asks the table until it answers or nobody wants to know any more.
func (e *Engine) insist(s *spectator) {
	tick := time.NewTicker(refillPause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.over:
			return
		case <-e.stopping:
			return
		}
		if e.inquire(s) == nil {
			return
		}
	}
}

// hasSpoken reports whether an execution has what its spectators wait for.
func hasSpoken(x flow.Execution) bool { return x.Reply != nil || x.Status.Final() }

// spectator is one who waits for an execution to speak.
type spectator struct {
	id     ident.ID
	spoken chan flow.Execution // of one place
	over   chan struct{}       // closed when it is done; nil for one whom nobody has to call off
	done   bool                // it was shown the execution, was sent away, or has left
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

// show gives one spectator the execution.
func (g *gallery) show(s *spectator, x flow.Execution) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.finish() {
		s.spoken <- x
		close(s.spoken)
		g.remove(s)
	}
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
