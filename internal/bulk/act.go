package bulk

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// one acts on a target and counts the outcome. It returns false if the turn ends here: the action was stopped, or the target
// must be tried again.
func (r *Runner) one(ctx context.Context, t *turn, target ident.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := &t.row
	if a.State != store.BulkRunning {
		return false
	}
	err := r.act(ctx, t, target)
	switch kind := fault.KindOf(err); {
	case err == nil:
		a.Acted++
	case kind == fault.Unavailable || ctx.Err() != nil:
		t.unknown = true
		return false
	case kind == fault.Internal || kind == fault.Timeout:
		r.Log.Warn("a bulk action failed for one target", "action", a.ID.Text(ident.Bulk), "target", target.Text(prefixOf(a.Kind)), "error", err)
		a.Failed++
		a.Problems = withProblem(a, target, fault.Message(err))
	default:
		a.Skipped++
		a.Problems = withProblem(a, target, fault.Message(err))
	}
	a.Next++
	if a.Kind == store.BulkReplay {
		a.Pending = a.Pending[2:]
	}
	return true
}

// withProblem returns the problems of an action with one more, if there is room.
func withProblem(a *store.BulkAction, target ident.ID, reason string) value.Value {
	if a.Problems.Len() >= MaxProblems {
		return a.Problems
	}
	var list value.ArrayBuilder
	for p := range a.Problems.Elements() {
		list.Add(p)
	}
	var problem value.ObjectBuilder
	problem.Set("id", value.String(target.Text(prefixOf(a.Kind))))
	problem.Set("reason", value.String(reason))
	list.Add(problem.Value())
	return list.Value()
}

// act acts on a target. A panic is an error: otherwise the target would kill the process again after each restart.
func (r *Runner) act(ctx context.Context, t *turn, target ident.ID) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.As("bulk.act", fault.Internal, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "internal error")
		}
	}()
	a, options := &t.row, OptionsOf(t.row)
	switch a.Kind {
	case store.BulkRetry:
		return r.Retry(ctx, Retry{Execution: target, Options: options, By: a.By, Action: a.ID, ChosenAt: a.CreatedAt})
	case store.BulkCancel:
		return r.cancelOne(ctx, t, target)
	case store.BulkReplay:
		replay := Replay{Options: options, NewDelivery: a.Pending[0], NewExecution: a.Pending[1]}
		if t.repeated {
			if _, err := r.History.Delivery(ctx, replay.NewDelivery); err == nil || !fault.Is(err, fault.NotFound) {
				return err // nil: it happened before the crash
			}
		}
		if replay.Delivery, err = r.History.Delivery(ctx, target); err != nil {
			return err
		}
		return r.Replay(ctx, replay)
	default:
		return fault.New("bulk.act", fault.Internal, "a bulk action of the kind %q is stored", a.Kind)
	}
}

// cancelOne cancels an execution that has not ended and was not retried since the plan.
func (r *Runner) cancelOne(ctx context.Context, t *turn, target ident.ID) error {
	const op = "bulk.cancel"
	x, err := r.History.Execution(ctx, target)
	if err != nil {
		return err
	}
	if x.Status.Final() {
		if t.repeated && x.Status == flow.Canceled && !x.FinishedAt.Before(t.row.StartedAt) {
			return nil // it happened before the crash
		}
		return fault.New(op, fault.Conflict, "it has ended since the plan: %s", x.Status)
	}
	if x.Round > 0 {
		loaded, err := r.History.Load(ctx, target)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(loaded.Steps, func(s flow.Step) bool { return s.Type == flow.MarkerRetry && s.StartedAt.After(t.row.CreatedAt) }) {
			return fault.New(op, fault.Conflict, "it has ended and was retried since the plan")
		}
	}
	status, err := r.Cancel(target)
	if err == nil && status.Final() && status != flow.Canceled {
		err = fault.New(op, fault.Conflict, "it has ended since the plan: %s", status)
	}
	return err
}
