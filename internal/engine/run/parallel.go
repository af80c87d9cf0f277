package run

import (
	"context"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// maxTasks is how many attempts of one execution run at once.
const maxTasks = flow.MaxParallel

// parallel is what runs at once in one execution: passes of a loop and branches of a fork; see doc.go. All fields
// but mu and completed belong to the owner.
type parallel struct {
	mu        sync.RWMutex // held by the owner while it changes the state, and by tasks while they read it
	prepared  []*task      // start when what is pending is committed
	tasks     map[*task]struct{}
	detached  int             // tasks whose outcome does not count any more and that have not completed
	completed chan *task      // has room for all tasks
	ctx       context.Context // of all tasks, which end when the execution is canceled
	cancel    context.CancelFunc

	ops     []pendingOp // for the next commit
	opBytes int         // of their values
}

// task is an attempt beside the owner.
type task struct {
	c       advance.Command
	input   value.Value
	limit   time.Duration
	started time.Time
	scope   scope
	ctx     context.Context // of this one attempt
	cancel  context.CancelFunc
	result  node.Result
	err     error
}

// running reports whether there are tasks that may read the state.
func (p *parallel) running() bool { return len(p.tasks) > 0 || p.detached > 0 }

// count is how many tasks there are, prepared ones included.
func (p *parallel) count() int { return len(p.tasks) + p.detached + len(p.prepared) }

// reserveTask takes a place for one more task of an execution that has some.
func (e *Runner) reserveTask(has int) bool {
	if has >= maxTasks {
		return false
	}
	if e.tasks.Add(1) > int64(e.Limits.ParallelTasks) {
		e.tasks.Add(-1)
		return false
	}
	return true
}

// prepare has an attempt start when there is nothing more to prepare. So one commit does for the inputs of all
// outbound tasks.
func (r *Run) prepare(c advance.Command, input value.Value, limit time.Duration, started time.Time) {
	t := &task{c: c, input: input, limit: limit, started: started, scope: r.scope}
	t.scope.inTask = true
	r.state.Take(c)
	r.parallel.prepared = append(r.parallel.prepared, t)
}

// start starts a prepared task.
func (r *Run) start(t *task) {
	p := &r.parallel
	if p.tasks == nil {
		p.tasks, p.completed = make(map[*task]struct{}), make(chan *task, maxTasks)
		p.ctx, p.cancel = context.WithCancel(r.runner.ctx)
		r.job.cancel.Store(&p.cancel)
		if r.job.Canceled() {
			p.cancel()
		}
	}
	t.ctx, t.cancel = withTimeout(p.ctx, t.limit, r.state.Deadline(), t.started)
	in := r.input(t.c, &t.scope, t.input, t.started)
	p.tasks[t] = struct{}{}
	go func() {
		t.result, t.err = r.call(t.ctx, t.c, &t.scope, in, t.limit)
		t.cancel()
		r.runner.tasks.Add(-1)
		p.completed <- t
	}()
}

// completeOne records one task that has completed, if there is one.
func (r *Run) completeOne() bool {
	if !r.parallel.running() {
		return false
	}
	select {
	case t := <-r.parallel.completed:
		r.complete(t)
		return true
	default:
		return false
	}
}

// complete records the outcome of a task, unless the task was detached.
func (r *Run) complete(t *task) {
	p := &r.parallel
	if _, ok := p.tasks[t]; !ok {
		p.detached--
		unpin(t.result.Blobs)
		return
	}
	delete(p.tasks, t)
	r.state.Release(t.c)
	r.record(t.c, &t.scope, t.input, t.started, t.result, t.err)
}

// await has nothing to run. It commits pending Ops and starts prepared tasks. When there are neither it waits for a
// task to complete, or until an instant when that is not zero; what was done to the world outside is committed
// before that wait.
func (r *Run) await(until time.Time) bool {
	p := &r.parallel
	if len(p.ops) > 0 || len(p.prepared) > 0 {
		return r.startPrepared()
	}
	if r.outbound && !r.flush() {
		return false
	}
	var due <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(until.Sub(r.runner.Clock.Now()))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case t := <-p.completed:
		r.complete(t)
	case <-due:
	}
	return !r.over
}

// startPrepared commits pending Ops, or the inputs of outbound tasks, and starts the prepared tasks.
func (r *Run) startPrepared() bool {
	switch {
	case len(r.parallel.ops) > 0:
		r.commitOps()
	case slices.ContainsFunc(r.parallel.prepared, r.isOutbound) && !r.flush():
		return false
	}
	prepared := r.parallel.prepared
	r.parallel.prepared = nil
	for _, t := range prepared {
		if r.over || r.job.Canceled() {
			r.runner.tasks.Add(-1)
			continue
		}
		r.start(t)
	}
	return !r.over
}

// isOutbound reports whether a task acts on the world outside.
func (r *Run) isOutbound(t *task) bool { return r.compiled.Infos[t.c.Index].Effect == node.Outbound }

// cancelLosers gives up what does not count any more: it lost, or its pass or branch has failed.
func (r *Run) cancelLosers() {
	p := &r.parallel
	lost := func(c advance.Command) bool {
		if r.state.Live(c.Place) {
			return false
		}
		r.state.Release(c)
		return true
	}
	for t := range p.tasks {
		if lost(t.c) {
			r.detach(t)
		}
	}
	prepared, ops := p.prepared[:0], p.ops[:0]
	for _, t := range p.prepared {
		if lost(t.c) {
			r.runner.tasks.Add(-1)
		} else {
			prepared = append(prepared, t)
		}
	}
	for _, op := range p.ops {
		if !lost(op.c) {
			ops = append(ops, op)
		}
	}
	p.prepared, p.ops = prepared, ops
}

// detach cancels a task and ignores its outcome.
func (r *Run) detach(t *task) {
	t.cancel()
	delete(r.parallel.tasks, t)
	r.parallel.detached++
}

// detachAll gives up everything: the execution has come to its end.
func (r *Run) detachAll() {
	p := &r.parallel
	for t := range p.tasks {
		r.detach(t)
	}
	r.runner.tasks.Add(-int64(len(p.prepared)))
	p.prepared, p.ops, p.opBytes = nil, nil, 0
}

// drain lets what is under way complete, and begins nothing new. False: the execution is out of this owner's
// hands.
func (r *Run) drain() bool {
	p := &r.parallel
	r.runner.tasks.Add(-int64(len(p.prepared)))
	p.prepared = nil
	for len(p.tasks) > 0 && !r.over {
		r.complete(<-p.completed)
	}
	if len(p.ops) > 0 && !r.over {
		r.commitOps()
	}
	return !r.over
}

// waitForTasks waits for the last task, so that the slot is empty when it goes to the next execution.
func (r *Run) waitForTasks() {
	r.detachAll()
	for r.parallel.detached > 0 {
		t := <-r.parallel.completed
		r.parallel.detached--
		unpin(t.result.Blobs)
	}
	if r.parallel.cancel != nil {
		r.job.cancel.Store(nil)
		r.parallel.cancel()
	}
}
