package run

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
)

// sleep releases the execution until an instant; it holds neither slot nor memory meanwhile.
func (r *Run) sleep(until time.Time) {
	if !r.release(store.State{Status: flow.Waiting, WakeAt: until}) {
		return
	}
	r.wakeAt = until
	x := r.job.Execution
	x.Status, x.WakeAt = flow.Waiting, until
	r.runner.Reports.Slept(x, r.state.Rows())
}

// Release writes what is known and gives the claim up, for an orderly stop or to make room. True: the execution
// waits in the table, unowned.
func (r *Run) Release() bool {
	r.requeued = r.release(store.State{Status: flow.Running})
	return r.requeued
}

// release commits a state that gives the claim up. False: the execution ended instead, or the claim
// was lost.
func (r *Run) release(state store.State) bool {
	state.StartedAt, state.Release = r.job.Execution.StartedAt, true
	done, ok := r.commit(store.Commit{State: state})
	if !ok {
		return false
	}
	r.released = true
	if done.CancelRequested {
		r.ended(r.final(flow.Canceled, ""))
		return false
	}
	return true
}

// answer commits the caller's answer with everything before it. Only then is it reported.
func (r *Run) answer(result node.Result) bool {
	state := r.running()
	next := r.state.Next(r.runner.Clock.Now())
	if next.Action == advance.Finish {
		state = r.endParallel(next)
	}
	state.Reply = result.Reply
	r.job.Execution.Reply = result.Reply
	if _, ok := r.commit(store.Commit{State: state}); !ok {
		return false
	}
	if next.Action == advance.Finish {
		r.ended(state)
		r.over = true // the claim ended with the execution
		return false
	}
	r.runner.Reports.Answered(r.job.Execution)
	return true
}

// finish writes the end.
func (r *Run) finish(c advance.Command) {
	r.commitEnd(r.endParallel(c))
}

// commitEnd commits an end, and with it the execution that a failure starts.
func (r *Run) commitEnd(final store.State) {
	child := r.onFailure(final)
	if _, ok := r.commit(store.Commit{State: final, Child: child}); !ok {
		return
	}
	r.ended(final)
	if child != nil {
		r.runner.Reports.Started()
	}
}

// endParallel stops what is under way beside the end, and returns the end.
func (r *Run) endParallel(c advance.Command) store.State {
	r.detachAll()
	for _, row := range r.state.Losers(c, r.runner.Clock.Now()) {
		r.apply(row, true)
	}
	return r.final(c.Status, c.Reason)
}

// final is the state row of an end.
func (r *Run) final(status flow.Status, reason string) store.State {
	s := store.State{
		Status: status, Reason: reason,
		StartedAt: r.job.Execution.StartedAt, FinishedAt: r.runner.Clock.Now(),
	}
	if r.state != nil {
		s.Output, s.Error = r.state.Output(), r.state.Error()
	}
	if status == flow.Aborted && s.Error == nil {
		s.Error = &flow.Error{Code: "aborted", Message: "aborted: " + reason}
	}
	return s
}

// ended reports an end that is committed.
func (r *Run) ended(final store.State) {
	r.released = true
	x := &r.job.Execution
	x.Status, x.Reason, x.WakeAt, x.FinishedAt = final.Status, final.Reason, time.Time{}, final.FinishedAt
	x.Output, x.Error = final.Output, final.Error
	rows := len(r.job.Steps)
	if r.state != nil {
		rows = r.state.Rows()
	}
	if r.runner.Tracer != nil {
		r.runner.Tracer.Ended(*x, r.job.Call, r.job.Request)
	}
	r.runner.Reports.Ended(*x, rows)
}

// claimLost ends the run of an execution that belongs to somebody else now.
func (r *Run) claimLost() {
	r.over = true
	r.runner.Reports.ClaimLost(r.job.Execution.ID)
}

// reject fails an execution that cannot be run at all.
func (r *Run) reject(code, message string) {
	r.job.Execution.StartedAt = r.runner.Clock.Now()
	final := r.final(flow.Failed, "")
	final.Error = &flow.Error{Code: code, Message: message}
	r.runner.Log.Error("execution cannot be run", About(&r.job.Execution, "reason", message)...)
	r.commitEnd(final)
}
