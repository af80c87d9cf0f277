package engine

import (
	"slices"
	"strconv"
	"time"

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
	pending  []flow.Step // settled, applied, not yet committed; in the order of N
	bytes    int         // of pending
	acted    bool        // pending has what came of an effect on the world outside
	over     bool        // the claim ended or is gone: nothing may be written any more
	settled  bool        // the claim was given up in good order
	revision string      // that the next commit moves the execution to; "": it stays

	beside beside // what runs at once
}

// The bounds of what is pending: rows of nodes that only compute ride along with the next commit, but a
// loop of them must neither fill the memory nor begin anew after a restart.
const (
	mostPending      = 256
	mostPendingBytes = 1 << 20
)

// drive runs the execution until it ends, sleeps, or is taken away.
func (r *run) drive() {
	if r.job.execution.StartedAt.IsZero() {
		r.job.execution.StartedAt = r.engine.clock.Now()
	}
	defer r.join()
	for !r.over {
		if r.job.canceled.Load() {
			r.finish(advance.Command{Status: flow.Canceled})
			return
		}
		if r.engine.stopped() {
			if r.windDown() {
				r.letGo()
			}
			return
		}
		if !r.turn() {
			return
		}
	}
}

// turn does what comes next. False: there is nothing more to do for this owner.
func (r *run) turn() bool {
	if (len(r.pending) >= mostPending || r.bytes >= mostPendingBytes) && !r.flush() {
		return false
	}
	now := r.engine.clock.Now()
	c := r.state.Next(now)
	if c.Action != advance.Close && c.Action != advance.Finish && r.landed() {
		return true
	}
	switch c.Action {
	case advance.Run:
		return r.attempt(c)
	case advance.Wake:
		r.settle(c, advance.Outcome{}, now)
	case advance.Ask:
		return r.ask(c, now)
	case advance.Close:
		r.end(c, now)
	case advance.Await:
		return r.await(c.Until)
	case advance.Sleep:
		r.sleep(c.Until)
		return false
	case advance.Finish:
		r.finish(c)
		return false
	}
	return true
}

// settle records an outcome in memory.
func (r *run) settle(c advance.Command, o advance.Outcome, now time.Time) {
	row := r.state.Settle(c, o, now)
	r.apply(row, true)
	if row.Status == flow.Failed {
		r.reap()
	}
}

// apply folds a row into the state; keep says that it has to be committed.
func (r *run) apply(row flow.Step, keep bool) {
	row.Execution = r.job.execution.ID
	if r.beside.flying() {
		r.beside.mu.Lock()
		defer r.beside.mu.Unlock()
	}
	r.state.Apply(row)
	if keep {
		r.keep(row)
	}
}

// keep adds a row to those that the next commit writes; a row that ends an open one replaces it.
func (r *run) keep(row flow.Step) {
	r.bytes += len(row.Input.Text()) + len(row.Result.Text())
	if n := len(r.pending); n == 0 || r.pending[n-1].N < row.N {
		r.pending = append(r.pending, row)
		return
	}
	i, found := slices.BinarySearchFunc(r.pending, row.N, func(s flow.Step, n int) int { return s.N - n })
	if found {
		r.pending[i] = row
	} else {
		r.pending = slices.Insert(r.pending, i, row)
	}
}

// flush commits what is pending, with the execution still running.
func (r *run) flush() bool {
	if len(r.pending) == 0 {
		return true
	}
	_, ok := r.commit(store.Commit{State: r.running()})
	return ok
}

// running is the state row of an execution that goes on.
func (r *run) running() store.State {
	return store.State{Status: flow.Running, StartedAt: r.job.execution.StartedAt}
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
func (r *run) finish(c advance.Command) {
	final := r.cut(c)
	if _, ok := r.commit(store.Commit{State: final}); ok {
		r.ended(final)
	}
}

// cut stops what is under way beside the end, and returns the end.
func (r *run) cut(c advance.Command) store.State {
	r.abandon()
	for _, row := range r.state.Losers(c, r.engine.clock.Now()) {
		r.apply(row, true)
	}
	return r.final(c.Status, c.Reason)
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
	if _, ok := r.commit(store.Commit{State: final}); ok {
		r.ended(final)
	}
}

// idempotencyKey names an outbound effect: the same for every repeat, new for an operator's retry.
func (r *run) idempotencyKey(path string, round int) string {
	return r.job.execution.ID.Text(ident.Execution) + "/" + path + "#" + strconv.Itoa(round)
}
