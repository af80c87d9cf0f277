package engine

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// run is one execution in the hands of its owner.
type run struct {
	engine   *Engine
	job      *job
	compiled *document.Compiled
	state    *advance.State
	scope    scope
	pending  []flow.Step // settled, applied, not yet committed
	over     bool        // the claim ended or is gone: nothing may be written any more
	settled  bool        // the claim was given up in good order
	revision string      // that the next commit moves the execution to; "": it stays
}

// drive runs the execution until it ends, sleeps, or is taken away.
func (r *run) drive() {
	if r.job.execution.StartedAt.IsZero() {
		r.job.execution.StartedAt = r.engine.clock.Now()
	}
	for !r.over {
		if r.job.canceled.Load() {
			r.finish(flow.Canceled, "")
			return
		}
		if r.engine.stopped() {
			r.letGo()
			return
		}
		now := r.engine.clock.Now()
		c := r.state.Next(now)
		switch c.Action {
		case advance.Run:
			if !r.attempt(c) {
				return
			}
		case advance.Wake:
			r.settle(c, advance.Outcome{}, now)
		case advance.Sleep:
			r.sleep(c.Until)
			return
		case advance.Finish:
			r.finish(c.Status, c.Reason)
			return
		}
	}
}

// settle records an outcome in memory.
func (r *run) settle(c advance.Command, o advance.Outcome, now time.Time) {
	row := r.state.Settle(c, o, now)
	row.Execution = r.job.execution.ID
	r.state.Apply(row)
	r.keep(row)
}

// keep adds a row to those that the next commit writes; a row that ends an open one replaces it.
func (r *run) keep(row flow.Step) {
	for i := range r.pending {
		if r.pending[i].N == row.N {
			r.pending[i] = row
			return
		}
	}
	r.pending = append(r.pending, row)
}

// flush commits what is pending, with the execution still running.
func (r *run) flush() bool {
	if len(r.pending) == 0 {
		return true
	}
	_, ok := r.commit(store.State{Status: flow.Running, StartedAt: r.job.execution.StartedAt}, nil, store.State{})
	return ok
}

// sleep releases the execution until an instant; it holds neither slot nor memory meanwhile. Its caller
// is taken to the gallery first: it may wake, and end, before this goroutine is done.
func (r *run) sleep(until time.Time) {
	if watch := r.job.watch; watch != nil {
		r.job.watch = nil
		r.engine.gallery.admit(watch)
	}
	if !r.release(store.State{Status: flow.Waiting, WakeAt: until}) {
		return
	}
	x := r.job.execution
	x.Status, x.WakeAt = flow.Waiting, until
	r.engine.observer.Ended(x, r.state.Rows(), r.engine.clock.Now().Sub(x.CreatedAt))
	r.engine.sleepUntil(until)
}

// letGo writes what is known and gives the claim up, for an orderly stop or to make room.
func (r *run) letGo() bool { return r.release(store.State{Status: flow.Running}) }

// finish writes the end.
func (r *run) finish(status flow.Status, reason string) {
	final := r.final(status, reason)
	if _, ok := r.commit(final, nil, store.State{}); ok {
		r.ended(final)
	}
}

// final is the state row of an end.
func (r *run) final(status flow.Status, reason string) store.State {
	s := store.State{
		Status: status, Reason: reason,
		StartedAt: r.job.execution.StartedAt, FinishedAt: r.engine.clock.Now(),
	}
	if r.state != nil {
		s.Output, s.Error = r.state.Output(), r.state.Error()
	}
	if status == flow.Aborted && s.Error == nil {
		s.Error = &flow.Error{Code: "aborted", Message: "aborted: " + reason}
	}
	return s
}

// refuse fails an execution that cannot be run at all.
func (r *run) refuse(code, message string) {
	r.job.execution.StartedAt = r.engine.clock.Now()
	final := r.final(flow.Failed, "")
	final.Error = &flow.Error{Code: code, Message: message}
	r.engine.log.Error("execution cannot be run", "execution", text(r.job.execution), "reason", message)
	if _, ok := r.commit(final, nil, store.State{}); ok {
		r.ended(final)
	}
}

// act commits a step that returned an Op, together with everything pending. When the step is the
// last of the flow, the end rides along, so a short workflow costs one commit.
func (r *run) act(c advance.Command, o advance.Outcome, op *collection.Op) {
	now := r.engine.clock.Now()
	row := r.state.Settle(c, o, now)
	row.Execution = r.job.execution.ID
	running := store.State{Status: flow.Running, StartedAt: r.job.execution.StartedAt}
	state, last := running, r.compiled.Program.Last(c.Index)
	if last {
		state = r.final(flow.Succeeded, "")
	}
	r.pending = append(r.pending, row)
	done, ok := r.commit(state, op, running)
	if !ok {
		return
	}
	if v := done.Op.Violation; v != nil {
		// The table has the row as failed; it is written again below, as the node's onError says.
		o.Error = &flow.Error{Code: v.Code, Message: v.Message}
		o.Final, o.Value = true, done.Op.Record
		r.settle(c, o, now)
		return
	}
	row.Result = done.Op.Record
	r.state.Apply(row)
	if last {
		r.ended(state)
		r.over = true // the claim ended with the execution
	}
}

// idempotencyKey names an outbound effect: the same for every repeat, new for an operator's retry.
func (r *run) idempotencyKey(path string, round int) string {
	return r.job.execution.ID.Text(ident.Execution) + "/" + path + "#" + strconv.Itoa(round)
}
