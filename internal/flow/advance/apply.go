package advance

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Apply folds one journal row into the state. Rows come in the order of their N; a row that ends an
// open one has the same N. A row for another node than the one at the cursor is a programmer's error.
func (s *State) Apply(row flow.Step) {
	s.count(row)
	if row.Type == flow.MarkerRetry {
		s.again(row)
		return
	}
	if s.at == done || s.program.nodes[s.at].Key != row.Node {
		panic("advance: a journal row for " + row.Node + " does not fit where the execution stands")
	}
	s.open, s.waiting, s.wake = nil, false, time.Time{}
	switch row.Status {
	case flow.Running:
		s.hold(row)
	case flow.Waiting:
		s.hold(row)
		s.waiting, s.wake = true, row.WakeAt
	case flow.Succeeded:
		s.succeed(row)
	case flow.Failed:
		s.fail(row)
	default:
		panic("advance: a journal row cannot be " + string(row.Status))
	}
}

// hold remembers an open row.
func (s *State) hold(row flow.Step) {
	open := row
	s.open, s.attempt = &open, row.Attempt
}

// count keeps the journal's size. A row that replaces an open one is not counted as one more.
func (s *State) count(row flow.Step) {
	if row.N > s.rows {
		s.rows = row.N
	}
	s.bytes += int64(len(row.Input.Text()) + len(row.Result.Text()))
	for _, l := range row.Log {
		s.bytes += int64(len(l.Text))
	}
}

// succeed stores the result and moves the cursor.
func (s *State) succeed(row flow.Step) {
	i := s.at
	s.results[i] = row.Result
	if target := s.program.assigns[i]; target != done {
		s.results[target] = row.Result
	}
	if s.program.outputs[i] {
		s.output = row.Result
	}
	if row.Ends != "" {
		s.end(row.Ends, nil)
		return
	}
	s.move(s.program.enter(i, row.Branch))
}

// fail repeats, goes on, enters the error branch, or ends the execution.
func (s *State) fail(row flow.Step) {
	i := s.at
	if !row.WakeAt.IsZero() {
		s.attempt, s.wake = row.Attempt, row.WakeAt
		return
	}
	if row.Ends != "" {
		s.end(row.Ends, row.Error)
		return
	}
	switch s.program.nodes[i].OnError {
	case flow.OnErrorContinue:
		s.results[i] = value.Null()
		s.move(s.program.after[i])
	case flow.OnErrorBranch:
		if s.caught == nil {
			s.caught = make([]*flow.Error, len(s.program.nodes))
		}
		s.caught[i] = row.Error
		s.results[i] = value.Null()
		s.move(s.program.enter(i, flow.ErrorBranch))
	default:
		s.end(flow.Failed, row.Error)
	}
}

// move puts the cursor on a node, with no attempt made.
func (s *State) move(to int) {
	s.at, s.attempt = to, 0
	if to == done {
		s.ended = flow.Succeeded
	}
}

// end ends the execution where it stands. The cursor stays, so that a retry begins with that node.
func (s *State) end(status flow.Status, err *flow.Error) {
	s.ended, s.err = status, err
}

// again lets an ended execution go on with the node at the cursor. A wait that was under way goes on
// as it was.
func (s *State) again(row flow.Step) {
	s.ended, s.err, s.round = "", nil, row.Round
	s.clock(row.StartedAt)
	if s.at == done {
		s.ended = flow.Succeeded
	}
	if s.open == nil {
		s.attempt, s.wake = 0, time.Time{}
	}
}
