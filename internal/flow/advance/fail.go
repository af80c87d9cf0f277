package advance

import (
	"slices"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// fail repeats, goes on, enters the error branch, or lets the failure reach what is around the node.
func (s *State) fail(t *strand, row flow.Step) {
	t.progress = row.Result
	if !row.WakeAt.IsZero() {
		t.wake = row.WakeAt
		return
	}
	s.drop(t)
	if row.Ends != "" || !s.handles(t.at) {
		s.fall(t, row)
		return
	}
	i := t.at
	s.forgive(t, i, row)
	if s.program.nodes[i].OnError == flow.OnErrorBranch {
		s.move(t, s.program.enter(i, flow.ErrorBranch))
	} else {
		s.move(t, s.program.after[i])
	}
}

// handles reports whether a node's own onError says what follows its failure.
func (s *State) handles(i int) bool {
	on := s.program.nodes[i].OnError
	return on == flow.OnErrorContinue || on == flow.OnErrorBranch
}

// forgive leaves what a failure that was handled leaves behind.
func (s *State) forgive(t *strand, i int, row flow.Step) {
	s.store(t, i, value.Null())
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

// fall is the failure of a strand, in which nothing handled it.
func (s *State) fall(t *strand, row flow.Step) {
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
		if !g.alive() {
			s.rise(t.up, row, g.latest())
		}
	case g.fork:
		s.rise(t.up, row, t.failed)
	case g.passes.OnError == flow.PassFail:
		if s.rise(t.up, row, t.failed) {
			g.fails(t.number, t.failed)
		}
	default:
		g.broken = g.broken || g.passes.OnError == flow.PassBreak
		g.fails(t.number, t.failed)
		s.remove(t)
	}
}

// stop is a loop whose condition could not be told before a pass, or held too often.
func (s *State) stop(t *strand, row flow.Step) { s.rise(t, row, row.Error) }

// rise is the failure of the node at which a strand stands, for what the node began. Where something
// handles it, all up to there is closed from the inside, and true says that it begins with this node. What
// nothing handles stays as it stands, so that a retry goes on there: the whole execution, or the branch
// that has failed of a fork that goes on with others.
func (s *State) rise(t *strand, row flow.Step, err *flow.Error) bool {
	if t.group.err != nil {
		return false // another was first
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
			if g.alive() {
				return false
			}
			inmost, err = u.up, g.latest()
		case !g.fork && g.passes.OnError != flow.PassFail:
			inmost.group.err = err
			return inmost == t
		}
	}
}

// alive reports whether a branch of a fork has not failed.
func (g *group) alive() bool {
	return slices.Contains(g.won, true) ||
		slices.ContainsFunc(g.strands, func(t *strand) bool { return t.failed == nil })
}

// latest is the error of the branch that failed last.
func (g *group) latest() *flow.Error {
	last := g.strands[0]
	for _, t := range g.strands[1:] {
		if !t.failedAt.Before(last.failedAt) {
			last = t
		}
	}
	return last.failed
}
