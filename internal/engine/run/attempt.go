package run

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// attempt runs the node that a command names once. What may take long becomes a task when anything could run
// meanwhile. False: the execution is out of this owner's hands.
func (r *Run) attempt(c advance.Command) bool {
	info := &r.compiled.Infos[c.Index]
	limit := r.timeout(c, info)
	asTask := !r.state.Single() && (limit > 0 || info.Effect == node.Outbound || info.Effect == node.Reads)
	if asTask && !r.runner.reserveTask(r.parallel.count()) {
		if r.parallel.running() || len(r.parallel.prepared) > 0 {
			return r.await(time.Time{}) // for a task to complete
		}
		asTask = false // one attempt may always run in the execution's own slot
	}
	r.scope.moveTo(c)
	started := r.runner.Clock.Now()
	input, failure := r.render(c)
	if failure != nil {
		if asTask {
			r.runner.tasks.Add(-1)
		}
		r.settle(c, advance.Outcome{Error: failure, Final: true, Started: started}, r.runner.Clock.Now())
		return true
	}
	if info.Effect == node.Outbound && c.Input.IsMissing() {
		r.settle(c, advance.Outcome{Input: input, Running: true, Started: started}, started)
		c = r.state.Begun(c)
	}
	if asTask {
		r.prepare(c, input, limit, started)
		return true
	}
	if info.Effect == node.Outbound && !r.flush() {
		return false
	}
	result, err := r.runHere(c, info, input, limit, started)
	return r.record(c, &r.scope, input, started, result, err)
}

// record records the outcome of an attempt, which ran with the scope s. Reads need no commit before them: an Op is always committed
// before the cursor that asked for it goes on, and between cursors that run at once there is no order.
func (r *Run) record(c advance.Command, s *scope, input value.Value, started time.Time, result node.Result, err error) bool {
	r.blobs = append(r.blobs, result.Blobs...)
	if r.interrupted(err) {
		return !r.over
	}
	r.outbound = r.outbound || r.compiled.Infos[c.Index].Effect == node.Outbound
	m := s.masker()
	o := r.outcome(m, input, result, err, started)
	if !result.Progress.IsMissing() && o.Error == nil {
		o = advance.Outcome{Input: input, Value: m.Value(result.Progress), Running: true, Until: result.Until, Started: started}
	}
	if result.Op != nil && o.Error == nil {
		r.addOp(c, o, result.Op)
		return !r.over
	}
	r.settle(c, o, r.runner.Clock.Now())
	if result.Reply != nil && o.Error == nil {
		return r.answer(result)
	}
	return true
}

// timeout is the time that an attempt may take; 0: any.
func (r *Run) timeout(c advance.Command, info *node.Info) time.Duration {
	if limit := r.compiled.Program.Node(c.Index).Timeout; limit > 0 {
		return limit
	}
	return info.Timeout
}

// interrupted reports whether an attempt ended because the execution is canceled or out of time, or
// because the server stops: then it counts as not made.
func (r *Run) interrupted(err error) bool {
	if err == nil {
		return false
	}
	if d := r.state.Deadline(); !d.IsZero() && !r.runner.Clock.Now().Before(d) {
		return true
	}
	if !errors.Is(err, context.Canceled) {
		return false
	}
	return r.job.Canceled() || r.runner.ctx.Err() != nil
}

// render evaluates the node's config, or takes the input of an interrupted attempt. An outbound node that is retried has
// the same idempotency key as the attempt that failed, and therefore the same input, too.
func (r *Run) render(c advance.Command) (input value.Value, failure *flow.Error) {
	switch {
	case !c.Input.IsMissing():
		return c.Input, nil
	case !c.Failed.IsMissing() && r.compiled.Infos[c.Index].Effect == node.Outbound:
		return c.Failed, nil // the other side knows the key together with this input
	}
	defer r.scope.recoverPanic(&failure)
	input, err := r.compiled.Nodes[c.Index].Render(&r.scope)
	if err != nil {
		return value.Value{}, &flow.Error{Code: flow.CodeTemplate, Message: r.scope.masker().Text(err.Error())}
	}
	return input, nil
}

// runHere runs the node on the owner's own goroutine. Only kinds that may take long get a context of their own.
func (r *Run) runHere(c advance.Command, info *node.Info, input value.Value, limit time.Duration, now time.Time) (node.Result, error) {
	ctx := r.runner.ctx
	if limit > 0 || !r.state.Deadline().IsZero() || info.Effect == node.Outbound {
		var cancel context.CancelFunc
		ctx, cancel = withTimeout(ctx, limit, r.state.Deadline(), now)
		defer cancel()
		defer r.job.cancel.Store(r.job.cancel.Swap(&cancel))
		if r.job.Canceled() {
			cancel()
		}
	}
	return r.call(ctx, c, &r.scope, r.input(c, &r.scope, input, now), limit)
}

// input is what a node runs with.
func (r *Run) input(c advance.Command, s *scope, input value.Value, now time.Time) node.Input {
	in := node.Input{Value: input, Scope: s, Now: now, Attempt: c.Attempt, Progress: c.Progress, Secrets: s}
	if r.compiled.Infos[c.Index].Effect == node.Outbound {
		path := r.state.Path(c)
		in.IdempotencyKey = r.idempotencyKey(path, r.job.Execution.Round)
		if r.runner.Tracer != nil {
			in.TraceContext = r.runner.Tracer.Outgoing(&r.job.Execution, r.job.Call, path, c.Attempt)
		}
	}
	return in
}

// call runs the node. It reads nothing that the owner may change meanwhile.
func (r *Run) call(ctx context.Context, c advance.Command, s *scope, in node.Input, limit time.Duration) (result node.Result, err error) {
	var failure *flow.Error
	defer func() {
		if failure != nil {
			err = &node.Failure{Code: failure.Code, Message: failure.Message, Final: true}
		}
	}()
	defer s.recoverPanic(&failure)
	result, err = r.compiled.Nodes[c.Index].Run(ctx, in)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = &node.Failure{Code: flow.CodeTimeout, Message: fmt.Sprintf("took longer than %s", limit)}
	}
	return result, err
}

// withTimeout returns a context that ends at the attempt's time-out or at the execution's deadline, whichever is
// first.
func withTimeout(ctx context.Context, limit time.Duration, deadline, now time.Time) (context.Context, context.CancelFunc) {
	if limit > 0 && (deadline.IsZero() || now.Add(limit).Before(deadline)) {
		return context.WithTimeout(ctx, limit)
	}
	if !deadline.IsZero() {
		return context.WithTimeout(ctx, deadline.Sub(now))
	}
	return context.WithCancel(ctx)
}

// recoverPanic turns a panic of a node kind into a failed step. It may run beside the owner, who changes every part of
// the execution but its id.
func (s *scope) recoverPanic(failure **flow.Error) {
	p := recover()
	if p == nil {
		return
	}
	s.run.runner.Log.Error("a node kind panicked", "execution", s.run.job.Execution.ID.Text(ident.Execution),
		"panic", s.masker().Text(fmt.Sprint(p)), "stack", string(debug.Stack()))
	*failure = &flow.Error{Code: flow.CodePanic, Message: "a defect in this node kind stopped it; the server's log has the details"}
}
