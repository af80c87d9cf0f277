package advance

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Action says what a Command asks for.
type Action uint8

// The actions.
const (
	Run    Action = iota // make an attempt of node Index
	Wake                 // the node at Index has waited long enough: settle it as succeeded
	Sleep                // nothing to do before Until
	Finish               // the execution is over with Status
)

// Command is what to do now.
type Command struct {
	Action  Action
	Index   int
	Attempt int         // from 1
	Input   value.Value // Run: the input journaled by an earlier, interrupted attempt; else Missing
	Until   time.Time
	Status  flow.Status
	Reason  string
}

// Next says what to do at the instant now. It changes nothing.
func (s *State) Next(now time.Time) Command {
	switch {
	case s.ended != "":
		return Command{Action: Finish, Status: s.ended}
	case !s.deadline.IsZero() && !now.Before(s.deadline):
		return Command{Action: Finish, Status: flow.Aborted, Reason: flow.ReasonTimeout}
	case s.over():
		return Command{Action: Finish, Status: flow.Aborted, Reason: flow.ReasonLimit}
	case s.wake.After(now):
		until := s.wake
		if !s.deadline.IsZero() && s.deadline.Before(until) {
			until = s.deadline
		}
		return Command{Action: Sleep, Until: until}
	case s.waiting:
		return Command{Action: Wake, Index: s.at, Attempt: s.attempt}
	case s.open != nil:
		return Command{Action: Run, Index: s.at, Attempt: s.attempt, Input: s.open.Input}
	default:
		return Command{Action: Run, Index: s.at, Attempt: s.attempt + 1}
	}
}

// over reports whether another row would pass a limit.
func (s *State) over() bool {
	return (s.limits.Steps > 0 && s.rows >= s.limits.Steps) ||
		(s.limits.Bytes > 0 && s.bytes >= s.limits.Bytes)
}

// Outcome is what an attempt of the node at the cursor came to.
type Outcome struct {
	Input   value.Value
	Value   value.Value
	Branch  string
	Ends    flow.Status
	Error   *flow.Error // not nil: the attempt failed
	Final   bool        // with Error: a retry cannot help
	Until   time.Time   // not zero: the node waits
	Running bool        // not an end yet: the input of an outbound node, before it starts
	Log     []flow.LogLine
	Started time.Time
}

// Settle returns the journal row that records an outcome at the instant now. It changes nothing; a
// row that was open is replaced by keeping its N.
func (s *State) Settle(o Outcome, now time.Time) flow.Step {
	node := &s.program.nodes[s.at]
	row := flow.Step{
		N: s.rows + 1, Path: node.Key, Node: node.Key, Type: node.Type,
		Attempt: s.attempt + 1, Round: s.round,
		Input: o.Input, Result: o.Value, Log: o.Log,
		StartedAt: o.Started, FinishedAt: now,
	}
	if s.open != nil {
		row.N, row.Attempt = s.open.N, s.open.Attempt
		row.StartedAt = s.open.StartedAt
		if row.Input.IsMissing() {
			row.Input = s.open.Input
		}
	}
	switch {
	case o.Running:
		row.Status, row.FinishedAt = flow.Running, time.Time{}
	case o.Error != nil:
		s.settleFailure(&row, node, o, now)
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

// settleFailure fills the row of a failed attempt: repeated later, handled by a branch, or final.
func (s *State) settleFailure(row *flow.Step, node *flow.Node, o Outcome, now time.Time) {
	row.Status, row.Ends = flow.Failed, o.Ends
	failure := *o.Error
	failure.Node = node.Key
	row.Error = &failure
	switch {
	case o.Ends != "":
	case !o.Final && row.Attempt < node.Retry.Attempts:
		row.WakeAt = now.Add(node.Retry.Backoff(row.Attempt))
	case node.OnError == flow.OnErrorBranch:
		row.Branch = flow.ErrorBranch
	case node.OnError != flow.OnErrorContinue:
		// Said in the row, so that the row means the same under a revision with another onError.
		row.Ends = flow.Failed
	}
}
