package engine

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// Await waits for an execution that the caller did not start. The channel yields one value, when the
// answer of a Response node is committed or the execution has ended, also when that was before the
// call. It is closed after it; and without one when the engine stops, when the execution is gone or out
// of this engine's hands, or at once when Options.Spectators watch already. leave ends the watch and
// may be called at any time, more than once.
func (e *Engine) Await(id ident.ID) (spoken <-chan flow.Execution, leave func()) {
	s := &spectator{id: id, spoken: make(chan flow.Execution, 1), over: make(chan struct{}), unsure: true}
	leave = func() { e.gallery.leave(s) }
	if !e.gallery.admit(s) {
		return s.spoken, leave
	}
	// Only now the table is asked: what was committed before the question is in its answer, and
	// what is committed after it finds the spectator. What finds it before the answer has to wait for it:
	// it may be the end of an earlier round, committed before the caller had the execution retried.
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
	case err == nil:
		e.gallery.inform(s, loaded.Execution)
	case fault.Is(err, fault.NotFound):
		e.gallery.end(s)
	default:
		if !fault.Is(err, fault.Unavailable) {
			// It may never be read, as what belongs to it is gone; then it will fail, and that counts.
			e.gallery.inform(s, flow.Execution{})
		}
		return fault.Wrap("engine.Await", err)
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
