package advance

import (
	"slices"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// fail schedules another attempt, continues after the node, enters its error branch, or propagates the failure.
func (s *State) fail(t *cursor, row flow.Step) {
	t.progress = row.Result
	if !row.WakeAt.IsZero() {
		t.wake, t.input = row.WakeAt, row.Input
		return
	}
	s.drop(t)
	if row.Ends != "" || !s.handles(t.at) {
		s.failCursor(t, row)
		return
	}
	i := t.at
	s.recordHandled(t, i, row)
	if s.program.nodes[i].OnError == flow.OnErrorBranch {
		s.move(t, s.program.enter(i, flow.ErrorBranch))
	} else {
		s.move(t, s.program.after[i])
	}
}

// handles reports whether the node's own onError handles its failure.
func (s *State) handles(i int) bool {
	on := s.program.nodes[i].OnError
	return on == flow.OnErrorContinue || on == flow.OnErrorBranch
}

// recordHandled stores the effects of a failure that was handled.
func (s *State) recordHandled(t *cursor, i int, row flow.Step) {
	s.storeResult(t, i, value.Null())
	if s.program.nodes[i].OnError != flow.OnErrorBranch {
		return
	}
	if f := t.frame.find(s.program.home[i]); f != nil {
		if f.caught == nil {
			f.caught = make(map[int]*flow.Error)
		}
		f.caught[i] = row.Error
	}
}

// failCursor fails a cursor with a failure that nothing in its list handled.
func (s *State) failCursor(t *cursor, row flow.Step) {
	t.failed, t.failedAt = row.Error, row.FinishedAt
	if t.failed == nil {
		t.failed = &flow.Error{Code: flow.CodeError}
	}
	if t.up == nil {
		s.end(row, t.failed)
		return
	}
	g := t.up.group
	switch {
	case g.fork && g.any:
		if !g.anyAlive() {
			s.propagate(t.up, row, g.lastFailure())
		}
	case g.fork:
		s.propagate(t.up, row, t.failed)
	case g.passes.OnError == flow.PassFail:
		if s.propagate(t.up, row, t.failed) {
			g.countFailure(t.number, t.failed)
		}
	default:
		g.broken = g.broken || g.passes.OnError == flow.PassBreak
		g.countFailure(t.number, t.failed)
		s.remove(t)
	}
}

// failCondition fails a loop whose condition failed to evaluate before a pass, or held too often.
func (s *State) failCondition(t *cursor, row flow.Step) { s.propagate(t, row, row.Error) }

// propagate fails the node at a cursor because of a failure in its passes or branches. If a node or loop further
// out handles the failure, the groups up to there are closed from the inside out. It returns true if this node is
// the first to close. If nothing handles the failure, everything stays as it is, so that a retry continues there.
// That applies to the whole execution, or to the failed branch of an "any" fork that continues with other branches.
func (s *State) propagate(t *cursor, row flow.Step, err *flow.Error) bool {
	if t.group.err != nil {
		return false // another failure was first
	}
	inmost := t
	for u := t; ; u = u.up {
		if s.handles(u.at) {
			inmost.group.err = err
			return inmost == t
		}
		if u.up == nil {
			s.end(row, err)
			return false
		}
		switch g := u.up.group; {
		case g.fork && g.any:
			u.failed, u.failedAt = err, row.FinishedAt
			if g.anyAlive() {
				return false
			}
			inmost, err = u.up, g.lastFailure()
		case !g.fork && g.passes.OnError != flow.PassFail:
			inmost.group.err = err
			return inmost == t
		}
	}
}

// anyAlive reports whether at least one branch of a fork has not failed.
func (g *group) anyAlive() bool {
	return slices.Contains(g.won, true) ||
		slices.ContainsFunc(g.cursors, func(t *cursor) bool { return t.failed == nil })
}

// lastFailure returns the error of the branch that failed last.
func (g *group) lastFailure() *flow.Error {
	last := g.cursors[0]
	for _, t := range g.cursors[1:] {
		if !t.failedAt.Before(last.failedAt) {
			last = t
		}
	}
	return last.failed
}
