package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// attempt runs the node at the cursor once. False: the execution is out of this owner's hands.
func (r *run) attempt(c advance.Command) bool {
	r.scope.at = c.Index
	info := &r.compiled.Infos[c.Index]
	started := r.engine.clock.Now()
	input, failure := r.render(c)
	if failure != nil {
		r.settle(c, advance.Outcome{Error: failure, Final: true, Started: started}, r.engine.clock.Now())
		return true
	}
	if info.Effect == node.Outbound && c.Input.IsMissing() {
		r.settle(c, advance.Outcome{Input: input, Running: true, Started: started}, started)
		if !r.flush() {
			return false
		}
	}
	result, err := r.perform(c, info, input, started)
	if r.interrupted(err) {
		return !r.over
	}
	o := r.outcome(input, result, err, started)
	if result.Op != nil && o.Error == nil {
		r.act(c, o, result.Op)
		return !r.over
	}
	now := r.engine.clock.Now()
	r.settle(c, o, now)
	if result.Reply != nil && o.Error == nil {
		return r.answer(result)
	}
	return true
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
	defer r.barrier(&failure)
	input, err := r.compiled.Nodes[c.Index].Render(&r.scope)
	if err != nil {
		return value.Value{}, &flow.Error{Code: flow.CodeTemplate, Message: r.engine.secrets.Scrub(err.Error())}
	}
	return input, nil
}

// perform runs the node under its time-out. Only kinds that may take long get a context of their own.
func (r *run) perform(c advance.Command, info *node.Info, input value.Value, now time.Time) (result node.Result, err error) {
	ctx := r.engine.ctx
	n := r.compiled.Program.Node(c.Index)
	limit := n.Timeout
	if limit == 0 {
		limit = info.Timeout
	}
	deadline := r.state.Deadline()
	if limit > 0 || !deadline.IsZero() || info.Effect == node.Outbound {
		var cancel context.CancelFunc
		ctx, cancel = r.bounded(ctx, limit, deadline, now)
		defer cancel()
		r.job.cancel.Store(&cancel)
		defer r.job.cancel.Store(nil)
		if r.job.canceled.Load() {
			cancel()
		}
	}
	in := node.Input{Value: input, Scope: &r.scope, Now: now, Attempt: c.Attempt}
	if info.Effect == node.Outbound {
		in.IdempotencyKey = r.idempotencyKey(n.Key, r.job.execution.Round)
	}
	var failure *flow.Error
	defer func() {
		if failure != nil {
			err = &node.Failure{Code: failure.Code, Message: failure.Message, Final: true}
		}
	}()
	defer r.barrier(&failure)
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
func (r *run) barrier(failure **flow.Error) {
	p := recover()
	if p == nil {
		return
	}
	r.engine.log.Error("a node kind panicked", "execution", text(r.job.execution),
		"panic", r.engine.secrets.Scrub(fmt.Sprint(p)), "stack", string(debug.Stack()))
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
	state := store.State{Status: flow.Running, StartedAt: r.job.execution.StartedAt, Reply: result.Reply}
	next := r.state.Next(r.engine.clock.Now())
	if next.Action == advance.Finish {
		state = r.final(next.Status, next.Reason)
		state.Reply = result.Reply
	}
	r.job.execution.Reply = result.Reply
	if _, ok := r.commit(state, nil, store.State{}); !ok {
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
