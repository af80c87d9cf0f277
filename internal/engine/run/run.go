package run

import (
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
)

// Run is one execution in the hands of its owner, the goroutine that calls Drive.
type Run struct {
	runner   *Runner
	job      *Job
	compiled *document.Compiled
	state    *advance.State
	scope    scope
	revision string    // that the next commit moves the execution to; "": it stays
	over     bool      // the claim ended or is lost: nothing may be written any more
	released bool      // the claim was given up in good order
	requeued bool      // and the execution waits in the table for its next owner
	wakeAt   time.Time // and it sleeps until then

	pending  []flow.Step // settled and applied, not yet committed; in the order of N
	bytes    int         // of pending
	outbound bool        // pending has the result of an effect on the world outside
	blobs    []node.Blob // of pending rows

	parallel parallel
}

// The bounds of what is pending. Rows of nodes that only compute ride along with the next commit, but a
// loop of them must neither fill the memory nor begin anew after a restart.
const (
	maxPending      = 256
	maxPendingBytes = 1 << 20
)

// Concurrency is how many executions of the same group may run at once; 0: any number.
func (r *Run) Concurrency() int { return r.compiled.Workflow.Options.Concurrency.Limit }

// Group renders the concurrency group of the execution.
func (r *Run) Group() (string, error) {
	if r.compiled.Group == nil {
		return "", nil
	}
	v, err := r.compiled.Group.Eval(&r.scope)
	return v.Text(), err
}

// Released reports whether the claim was given up in good order: the execution ended, sleeps, or was left to the
// table.
func (r *Run) Released() bool { return r.released }

// Requeued reports whether the execution was left to the table before its end and does not sleep.
func (r *Run) Requeued() bool { return r.requeued }

// WakeAt is the instant until which the execution sleeps in the table; zero when it does not.
func (r *Run) WakeAt() time.Time { return r.wakeAt }

// Drive runs the execution until it ends, sleeps, or is taken away.
func (r *Run) Drive() {
	if r.job.Execution.StartedAt.IsZero() {
		r.job.Execution.StartedAt = r.runner.Clock.Now()
	}
	defer r.unpinBlobs()
	defer r.waitForTasks()
	for !r.over {
		if r.job.Canceled() {
			r.finish(advance.Command{Status: flow.Canceled})
			return
		}
		if r.runner.isStopping() {
			if r.drain() {
				r.Release()
			}
			return
		}
		if !r.step() {
			return
		}
	}
}

// step does what comes next. False: there is nothing more to do for this owner.
func (r *Run) step() bool {
	if (len(r.pending) >= maxPending || r.bytes >= maxPendingBytes) && !r.flush() {
		return false
	}
	now := r.runner.Clock.Now()
	c := r.state.Next(now)
	if c.Action != advance.Close && c.Action != advance.Finish && r.completeOne() {
		return true
	}
	switch c.Action {
	case advance.Run:
		return r.attempt(c)
	case advance.Wake:
		r.settle(c, advance.Outcome{}, now)
	case advance.Ask:
		return r.askCondition(c, now)
	case advance.Close:
		r.closeBlock(c, now)
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
func (r *Run) settle(c advance.Command, o advance.Outcome, now time.Time) {
	row := r.state.Settle(c, o, now)
	r.apply(row, true)
	if row.Status == flow.Failed {
		r.cancelLosers()
	}
}

// apply folds a row into the state; commit says that the next commit has to write it.
func (r *Run) apply(row flow.Step, commit bool) {
	row.Execution = r.job.Execution.ID
	if r.parallel.running() {
		r.parallel.mu.Lock()
		defer r.parallel.mu.Unlock()
	}
	r.state.Apply(row)
	if commit {
		r.addPending(row)
	}
}

// addPending adds a row to those that the next commit writes; a row that ends an open one replaces it.
func (r *Run) addPending(row flow.Step) {
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
func (r *Run) flush() bool {
	if len(r.pending) == 0 {
		return true
	}
	_, ok := r.commit(store.Commit{State: r.running()})
	return ok
}

// running is the state row of an execution that goes on.
func (r *Run) running() store.State {
	return store.State{Status: flow.Running, StartedAt: r.job.Execution.StartedAt}
}

// idempotencyKey names an outbound effect: the same for every repeat, new for an operator's retry.
func (r *Run) idempotencyKey(path string, round int) string {
	return r.job.Execution.ID.Text(ident.Execution) + "/" + path + "#" + strconv.Itoa(round)
}
