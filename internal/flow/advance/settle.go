package advance

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Outcome is the outcome of an attempt.
type Outcome struct {
	Input  value.Value
	Value  value.Value
	Branch string
	Ends   flow.Status
	Error  *flow.Error // if not nil, the attempt failed
	Final  bool        // with Error: a retry cannot help
	// RetryAfter, with Error, is the minimum delay before the next attempt. The node's maxDelay bounds it.
	RetryAfter time.Duration
	Until      time.Time // if not zero, the node waits until then; with Running, it runs again then
	Running    bool      // not final: the input of an outbound node before it starts, or a part of its work in Value
	Log        []flow.LogLine
	Started    time.Time
}

// Settle returns the journal row that records the outcome of a command at the time now. It does not change the
// state. A row that replaces an open one has the same N. For a Run of a loop or fork that may begin, the row is an
// open one. For Close, the row follows from the passes or branches, and o is ignored. For Ask, o must have an
// error.
func (s *State) Settle(c Command, o Outcome, now time.Time) flow.Step {
	if c.Action == Close {
		return s.settleClose(s.in(c.Place), now)
	}
	t := s.in(c.Place)
	node := &s.program.nodes[c.Index]
	row := flow.Step{
		N: s.rows + 1, Path: s.Path(c), Node: node.Key, Type: node.Type,
		Attempt: c.Attempt, Round: s.round,
		Input: o.Input, Result: o.Value, Log: o.Log,
		StartedAt: o.Started, FinishedAt: now,
	}
	if t.open != nil && c.Place.pass == 0 {
		row.N, row.Attempt = t.open.N, t.open.Attempt
		row.StartedAt = t.open.StartedAt
		if row.Input.IsMissing() {
			row.Input = t.open.Input
		}
	}
	switch {
	case o.Error != nil:
		s.settleFailure(&row, node, c, o, now)
	case o.Running || s.program.forms[c.Index] != plain:
		row.Status, row.WakeAt, row.FinishedAt = flow.Running, o.Until, time.Time{}
	case !o.Until.IsZero():
		row.Status, row.WakeAt, row.FinishedAt = flow.Waiting, o.Until, time.Time{}
	default:
		row.Status, row.Branch, row.Ends = flow.Succeeded, o.Branch, o.Ends
		if row.Result.IsMissing() {
			row.Result = value.Null()
		}
	}
	return row
}

// Path returns the path of the row that records a command.
func (s *State) Path(c Command) string {
	t := s.in(c.Place)
	switch {
	case c.Action == Ask:
		return strings.TrimSuffix(s.prefix(t, c.Place.pass-1), "/")
	case c.Place.pass > 0:
		return s.prefix(t, c.Place.pass-1) + s.program.nodes[c.Index].Key
	default:
		return t.frame.prefix + s.program.nodes[c.Index].Key
	}
}

// settleFailure fills the row of a failed attempt: to be repeated, handled by a branch, or final.
func (s *State) settleFailure(row *flow.Step, node *flow.Node, c Command, o Outcome, now time.Time) {
	row.Status = flow.Failed
	failure := *o.Error
	failure.Node = node.Key
	row.Error = &failure
	if row.Result.IsMissing() {
		row.Result = c.Progress
	}
	if o.Ends == "" && c.Action != Ask && !o.Final && row.Attempt < node.Retry.Attempts {
		row.WakeAt = now.Add(node.Retry.Wait(row.Attempt, o.RetryAfter))
		return
	}
	s.setHandling(row, node, o.Ends)
}

// setHandling records in the row how the failure affects the list of its node, so that the row means the same under
// a revision with another onError.
func (s *State) setHandling(row *flow.Step, node *flow.Node, ends flow.Status) {
	switch {
	case ends != "":
		row.Ends = ends
	case node.OnError == flow.OnErrorBranch:
		row.Branch = flow.ErrorBranch
	case node.OnError != flow.OnErrorContinue:
		row.Ends = flow.Failed
	}
}

// settleClose fills the final row of a loop or fork.
func (s *State) settleClose(t *cursor, now time.Time) flow.Step {
	row, g := *t.open, t.group
	if t.reopened {
		row.N = s.rows + 1
	}
	row.Round, row.FinishedAt = s.round, now
	if g.fork {
		row.Result = s.branches(t)
	} else {
		row.Result = g.passed.Result()
	}
	if g.err == nil {
		row.Status = flow.Succeeded
		return row
	}
	row.Status = flow.Failed
	failure := *g.err
	row.Error = &failure
	s.setHandling(&row, &s.program.nodes[t.at], "")
	return row
}

// branches returns the result of a fork.
func (s *State) branches(t *cursor) value.Value {
	var b value.ObjectBuilder
	for i, branch := range s.program.spans[t.at] {
		if !t.group.won[i] {
			continue
		}
		result := value.Null()
		if branch.last != done {
			if f := t.frame.find(s.program.home[branch.last]); f != nil && !f.results[branch.last-f.base].IsMissing() {
				result = f.results[branch.last-f.base]
			}
		}
		b.Set(branch.name, result)
	}
	return b.Value()
}

// Losers returns canceled rows for everything open below the node of a Close: attempts, waits and loops in passes
// and branches whose outcome no longer counts. For a Finish with success, it returns them for everything still open
// in the execution. Commit them together with the row or end that made them obsolete. For Close, apply them before
// that row is settled. Inner rows come first.
func (s *State) Losers(c Command, now time.Time) []flow.Step {
	l := losers{state: s, now: now, next: s.rows + 1}
	switch {
	case c.Action == Close && s.in(c.Place).group != nil:
		for _, child := range s.in(c.Place).group.cursors {
			l.add(child)
		}
	case c.Action == Finish && c.Status == flow.Succeeded:
		l.add(&s.root)
	}
	return l.rows
}

// losers collects canceled rows.
type losers struct {
	state *State
	now   time.Time
	rows  []flow.Step
	next  int // N of the next new row
}

func (l *losers) add(t *cursor) {
	if t.group != nil {
		for _, child := range t.group.cursors {
			l.add(child)
		}
	}
	if t.open == nil {
		return
	}
	row := *t.open
	if t.reopened {
		row.N = l.next
		l.next++
	}
	row.Status, row.Round, row.FinishedAt, row.WakeAt = flow.Canceled, l.state.round, l.now, time.Time{}
	l.rows = append(l.rows, row)
}
