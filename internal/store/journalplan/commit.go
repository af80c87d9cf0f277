package journalplan

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/recordplan"
)

// CheckCommit returns an error of kind fault.Invalid if a driver must not write the Commit.
func CheckCommit(c *store.Commit) error {
	const op = "store.Commit"
	last := 0
	for i := range c.Steps {
		if s := &c.Steps[i]; s.N <= last || s.Execution != c.Execution {
			return fault.New(op, fault.Invalid, "the steps of a commit must belong to its execution and be in the order of N, from 1")
		}
		last = c.Steps[i].N
	}
	switch {
	case c.Execution == 0 || c.Owner == 0 || c.Seq < 1:
		return fault.New(op, fault.Invalid, "a commit must name its execution, the owner of the claim, and its number")
	case !flow.CanMove(flow.Running, c.State.Status):
		return fault.New(op, fault.Invalid, "a commit cannot set the status %q", c.State.Status)
	case c.Child != nil && (c.Child.Dedupe != nil || c.Child.Execution.Owner != 0 || !c.State.Status.Final()):
		return fault.New(op, fault.Invalid, "only the end of an execution starts another one, unowned and without a dedupe key")
	case c.Child != nil && CheckAccept(c.Child) != nil:
		return CheckAccept(c.Child)
	case len(c.Ops) == 0:
		return nil
	case !flow.CanMove(flow.Running, c.Broken.Status):
		return fault.New(op, fault.Invalid, "a commit with an operation must say how it goes on when that breaks a rule")
	case len(c.Ops) > store.MaxOps:
		return fault.New(op, fault.Invalid, "a commit has at most %d operations, not %d", store.MaxOps, len(c.Ops))
	}
	last = 0
	for i := range c.Ops {
		x := &c.Ops[i]
		if x.N <= last || StepIndex(c.Steps, x.N) < 0 {
			return fault.New(op, fault.Invalid, "each operation must belong to another step of the commit, in the order of N")
		}
		last = x.N
		if err := recordplan.CheckOp(op, &x.Op); err != nil {
			return err
		}
	}
	return nil
}

// StepIndex returns the index of the step with this N, or -1.
func StepIndex(steps []flow.Step, n int) int {
	return slices.IndexFunc(steps, func(s flow.Step) bool { return s.N == n })
}

// Standing says what a driver must do with a Commit.
type Standing uint8

// The standings.
const (
	Pending Standing = iota // the owner holds the claim; the Commit must be written
	Written                 // an earlier attempt was written
	Fenced                  // the claim is gone
)

// Claim is the part of an execution's row that decides about a Commit.
type Claim struct {
	Owner       flow.Incarnation // 0: unclaimed, or there is no row
	Ended       bool             // the status is final
	CommitOwner flow.Incarnation // owner of the last Commit
	CommitSeq   int64            // Seq of the last Commit
}

// Standing compares a Commit with the row. A Seq below the last one of the same owner is an attempt under an
// earlier claim: it was written and released the claim, or it is never written, and the owner has claimed the
// execution again since.
func (c Claim) Standing(commit *store.Commit) Standing {
	last := int64(0)
	if c.CommitOwner == commit.Owner {
		last = c.CommitSeq
	}
	switch {
	case commit.Seq == last:
		return Written
	case commit.Seq > last && c.Owner == commit.Owner && !c.Ended:
		return Pending
	default:
		return Fenced
	}
}

// InBacklog reports whether executions with this status count toward the backlog.
func InBacklog(s flow.Status) bool { return s == flow.Queued || s == flow.Running }

// RetryStep returns the marker row that a Retry appends to the journal. n is its N, round is the new round, ended
// is when the execution ended. The error is of kind fault.Conflict if the journal has other rows than those from which the
// retry was planned, or the execution has ended since it was chosen.
func RetryStep(r *store.Retry, n, round int, ended time.Time) (flow.Step, error) {
	switch {
	case !r.EndedBy.IsZero() && ended.UnixMicro() > r.EndedBy.UnixMicro():
		return flow.Step{}, fault.New("store.Retry", fault.Conflict, "execution %s has run and ended again since it was chosen", r.Execution.Text(ident.Execution))
	case r.Planned != 0 && r.Planned != n-1:
		return flow.Step{}, fault.New("store.Retry", fault.Conflict, "execution %s has gone on since this retry was planned; look at it again",
			r.Execution.Text(ident.Execution))
	}
	return flow.Step{
		Execution: r.Execution, N: n, Round: round, Type: flow.MarkerRetry, Status: flow.Succeeded, Input: r.Rerun.Value(),
		StartedAt: r.At, FinishedAt: r.At,
	}, nil
}
