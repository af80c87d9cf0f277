package engine

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
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// attempt runs the node that a command names once. What may take long runs beside the owner when there
// is anything that could run meanwhile. False: the execution is out of this owner's hands.
func (r *run) attempt(c advance.Command) bool {
	info := &r.compiled.Infos[c.Index]
	limit := r.limit(c, info)
	apart := !r.state.Single() && (limit > 0 || info.Effect == node.Outbound || info.Effect == node.Reads)
	if apart && !r.engine.reserve(r.beside.count()) {
		if r.beside.flying() || len(r.beside.ready) > 0 {
			return r.await(time.Time{}) // for one that lands
		}
		apart = false // under the execution's own slot one attempt may always run
	}
	r.scope.stand(c)
	started := r.engine.clock.Now()
	input, failure := r.render(c)
	if failure != nil {
		if apart {
			r.engine.leaves.Add(-1)
		}
		r.settle(c, advance.Outcome{Error: failure, Final: true, Started: started}, r.engine.clock.Now())
		return true
	}
	if info.Effect == node.Outbound && c.Input.IsMissing() {
		r.settle(c, advance.Outcome{Input: input, Running: true, Started: started}, started)
		c = r.state.Begun(c)
	}
	if apart {
		r.prepare(c, input, limit, started)
		return true
	}
	if info.Effect == node.Outbound && !r.flush() {
		return false
	}
	result, err := r.here(c, info, input, limit, started)
	return r.conclude(c, input, started, result, err)
}

// conclude records what an attempt came to. Reads need no commit before them: an Op is always committed
// before the strand that asked for it goes on, and between strands that run at once there is no order.
func (r *run) conclude(c advance.Command, input value.Value, started time.Time, result node.Result, err error) bool {
	if r.interrupted(err) {
		return !r.over
	}
	r.acted = r.acted || r.compiled.Infos[c.Index].Effect == node.Outbound
	o := r.outcome(input, result, err, started)
	if result.Op != nil && o.Error == nil {
		r.wishFor(c, o, result.Op)
		return !r.over
	}
	r.settle(c, o, r.engine.clock.Now())
	if result.Reply != nil && o.Error == nil {
		return r.answer(result)
	}
	return true
}

// limit is the time-out of an attempt; 0: none.
func (r *run) limit(c advance.Command, info *node.Info) time.Duration {
	if limit := r.compiled.Program.Node(c.Index).Timeout; limit > 0 {
		return limit
	}
	return info.Timeout
}

// interrupted reports whether an attempt ended because the execution is canceled or out of time, or
// because the server stops: then it counts as not made.
func (r *run) interrupted(err error) bool {
	if err == nil {
		return false
	}
	if d := r.state.Deadline(); !d.IsZero() && !r.engine.clock.Now().Before(d) {
		return true
	}
	if !errors.Is(err, context.Canceled) {
		return false
	}
	if r.job.canceled.Load() {
		return true
	}
	return r.engine.ctx.Err() != nil
}

// render evaluates the node's config, or takes the input of an interrupted attempt.
func (r *run) render(c advance.Command) (input value.Value, failure *flow.Error) {
	if !c.Input.IsMissing() {
		return c.Input, nil
	}
	defer r.engine.barrier(r.job.execution.ID, &failure)
	input, err := r.compiled.Nodes[c.Index].Render(&r.scope)
	if err != nil {
		return value.Value{}, &flow.Error{Code: flow.CodeTemplate, Message: r.engine.secrets.Scrub(err.Error())}
	}
	return input, nil
}

// here runs the node in the owner's own goroutine. Only kinds that may take long get a context of their own.
func (r *run) here(c advance.Command, info *node.Info, input value.Value, limit time.Duration, now time.Time) (node.Result, error) {
	ctx := r.engine.ctx
	if limit > 0 || !r.state.Deadline().IsZero() || info.Effect == node.Outbound {
		var cancel context.CancelFunc
		ctx, cancel = r.bounded(ctx, limit, r.state.Deadline(), now)
		defer cancel()
		defer r.job.cancel.Store(r.job.cancel.Swap(&cancel))
		if r.job.canceled.Load() {
			cancel()
		}
	}
	return r.perform(ctx, c, r.input(c, &r.scope, input, now), limit)
}

// input is what a node runs with.
func (r *run) input(c advance.Command, s *scope, input value.Value, now time.Time) node.Input {
	in := node.Input{Value: input, Scope: s, Now: now, Attempt: c.Attempt}
	if r.compiled.Infos[c.Index].Effect == node.Outbound {
		in.IdempotencyKey = r.idempotencyKey(r.state.Path(c), r.job.execution.Round)
	}
	return in
}

// perform runs the node. It reads nothing that the owner may change.
func (r *run) perform(ctx context.Context, c advance.Command, in node.Input, limit time.Duration) (result node.Result, err error) {
	var failure *flow.Error
	defer func() {
		if failure != nil {
			err = &node.Failure{Code: failure.Code, Message: failure.Message, Final: true}
		}
	}()
	defer r.engine.barrier(r.job.execution.ID, &failure)
	result, err = r.compiled.Nodes[c.Index].Run(ctx, in)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = &node.Failure{Code: flow.CodeTimeout, Message: fmt.Sprintf("took longer than %s", limit)}
	}
	return result, err
}

// bounded returns a context that ends at the attempt's time-out or the execution's, whichever is first.
func (r *run) bounded(ctx context.Context, limit time.Duration, deadline, now time.Time) (context.Context, context.CancelFunc) {
	if limit > 0 && (deadline.IsZero() || now.Add(limit).Before(deadline)) {
		return context.WithTimeout(ctx, limit)
	}
	if !deadline.IsZero() {
		return context.WithTimeout(ctx, deadline.Sub(now))
	}
	return context.WithCancel(ctx)
}

// barrier turns a panic of a node kind into a failed step.
func (e *Engine) barrier(id ident.ID, failure **flow.Error) {
	p := recover()
	if p == nil {
		return
	}
	e.log.Error("a node kind panicked", "execution", id.Text(ident.Execution),
		"panic", e.secrets.Scrub(fmt.Sprint(p)), "stack", string(debug.Stack()))
	*failure = &flow.Error{Code: flow.CodePanic, Message: "a defect in this node kind stopped it; the server's log has the details"}
}

// outcome turns what the node returned into what advance works with, with secrets masked.
func (r *run) outcome(input value.Value, result node.Result, err error, started time.Time) advance.Outcome {
	o := advance.Outcome{
		Input: input, Value: r.scrub(result.Value), Branch: result.Branch, Ends: result.Ends,
		Error: result.Error, Until: result.Until, Log: r.scrubLog(result.Log), Started: started,
	}
	var failure *node.Failure
	switch {
	case errors.As(err, &failure):
		o.Error, o.Final = &flow.Error{Code: failure.Code, Message: failure.Message}, failure.Final
		o.Log = append(o.Log, r.scrubLog(failure.Log)...)
	case err != nil:
		o.Error = &flow.Error{Code: flow.CodeError, Message: err.Error()}
	case len(result.Value.Text()) > r.engine.opt.StepResult:
		o.Error, o.Final = &flow.Error{Code: flow.CodeTooLarge, Message: fmt.Sprintf(
			"the result has %d bytes; the limit for one step is %d", len(result.Value.Text()), r.engine.opt.StepResult)}, true
		o.Value = value.Value{}
	}
	if o.Error != nil {
		masked := *o.Error
		masked.Message = r.engine.secrets.Scrub(masked.Message)
		if masked.Code == "" {
			masked.Code = flow.CodeError
		}
		o.Error = &masked
	}
	return o
}

// scrub masks secrets in a result.
func (r *run) scrub(v value.Value) value.Value {
	if v.Kind() != value.KindString && v.Kind() != value.KindArray && v.Kind() != value.KindObject {
		return v
	}
	before := v.Text()
	after := r.engine.secrets.Scrub(before)
	if len(after) == len(before) && after == before {
		return v
	}
	masked, err := value.Parse(after, value.Limits{})
	if err != nil {
		return value.String("[a result that held a secret]")
	}
	return masked
}

// scrubLog masks secrets in log lines.
func (r *run) scrubLog(lines []flow.LogLine) []flow.LogLine {
	for i := range lines {
		lines[i].Text = r.engine.secrets.Scrub(lines[i].Text)
	}
	return lines
}

// answer commits the caller's answer with everything before it; only then is the spectator told.
func (r *run) answer(result node.Result) bool {
	state := r.running()
	next := r.state.Next(r.engine.clock.Now())
	if next.Action == advance.Finish {
		state = r.cut(next)
	}
	state.Reply = result.Reply
	r.job.execution.Reply = result.Reply
	if _, ok := r.commit(store.Commit{State: state}); !ok {
		return false
	}
	if next.Action == advance.Finish {
		r.ended(state)
		r.over = true // the claim ended with the execution
		return false
	}
	r.tell(r.job.execution)
	return true
}
