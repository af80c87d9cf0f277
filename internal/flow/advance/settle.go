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
	Error  *flow.Error // not nil: the attempt failed
	Final  bool        // with Error: a retry cannot help
	// RetryAfter, with Error, is the least time until the next attempt; the node's maxDelay bounds it.
	RetryAfter time.Duration
	Until      time.Time // not zero: the node waits
	Running    bool      // not an end yet: the input of an outbound node before it starts, or a part of its work
	Log        []flow.LogLine
	Started    time.Time
}

// Settle returns the journal row that records the outcome of a command at the instant now. It changes
// nothing; a row that was open is replaced by keeping its N. The outcome of a loop or fork that may begin
// becomes an open row; that of Close is told by what it began; that of Ask is an error.
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
		row.Status, row.FinishedAt = flow.Running, time.Time{}
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

// Path is that of the row which records a command.
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

// settleFailure fills the row of a failed attempt: repeated later, handled by a branch, or final.
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

// setHandling says in the row what a failure means for the list that the node stands in, so that the row
// means the same under a revision with another onError.
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

// settleClose fills the row of a loop or fork that is over.
func (s *State) settleClose(t *cursor, now time.Time) flow.Step {
	row, g := *t.open, t.group
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

// branches is the result of a fork.
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

// Losers returns the rows that end what is open below the node of Close: attempts, waits and loops of
// passes and branches that are of no account any more. With Finish they are those of the whole execution,
// when it has succeeded while something was open. They belong into the commit of the row or end that they
// lost to; those of Close are applied before that row. Inner ones come first.
func (s *State) Losers(c Command, now time.Time) []flow.Step {
	var rows []flow.Step
	switch {
	case c.Action == Close && s.in(c.Place).group != nil:
		for _, child := range s.in(c.Place).group.cursors {
			rows = s.appendLosers(rows, child, now)
		}
	case c.Action == Finish && c.Status == flow.Succeeded:
		rows = s.appendLosers(rows, &s.root, now)
	}
	return rows
}

func (s *State) appendLosers(rows []flow.Step, t *cursor, now time.Time) []flow.Step {
	if t.group != nil {
		for _, child := range t.group.cursors {
			rows = s.appendLosers(rows, child, now)
		}
	}
	if t.open != nil {
		row := *t.open
		row.Status, row.Round, row.FinishedAt, row.WakeAt = flow.Canceled, s.round, now, time.Time{}
		rows = append(rows, row)
	}
	return rows
}
