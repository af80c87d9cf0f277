package bulk

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// StartAction confirms a plan and returns the action, which runs in the background. To start an action that runs changes
// nothing. The error is of kind fault.Conflict if the plan has expired, if the action has ended, or if too many run.
func (r *Runner) StartAction(ctx context.Context, id ident.ID) (store.BulkAction, error) {
	const op = "bulk.StartAction"
	r.mu.Lock()
	defer r.mu.Unlock()
	a, err := r.Store.Bulk(ctx, id)
	if err != nil {
		return a, err
	}
	now := r.Clock.Now()
	switch {
	case a.State == store.BulkRunning:
		return a, nil
	case a.State != store.BulkPlanned:
		return a, fault.New(op, fault.Conflict, "the bulk action %s is %s; plan it again", id.Text(ident.Bulk), a.State)
	case !now.Before(a.CreatedAt.Add(PlanLife)):
		return a, fault.New(op, fault.Conflict, "the plan %s is older than %v, so its count may be wrong; plan it again", id.Text(ident.Bulk), PlanLife)
	}
	running, err := r.Store.Bulks(ctx, store.BulkListing{State: store.BulkRunning, Limit: MaxRunning})
	if err != nil {
		return a, err
	}
	if len(running) == MaxRunning {
		return a, fault.New(op, fault.Conflict, "%d bulk actions run already; start this one when one of them has ended", MaxRunning)
	}
	a.State, a.StartedAt = store.BulkRunning, now
	if err := r.Store.ChangeBulk(a); err != nil {
		return a, err
	}
	r.exact[id] = true
	select {
	case r.wake <- struct{}{}:
	default: // it looks again anyway
	}
	return a, nil
}

// Expires returns when a plan can no longer be started; the zero time if the action is not planned.
func (r *Runner) Expires(a store.BulkAction) time.Time {
	if a.State != store.BulkPlanned {
		return time.Time{}
	}
	return a.CreatedAt.Add(PlanLife)
}

// StopAction ends an action after the target under way, or discards a plan. To stop an action that has ended changes nothing.
func (r *Runner) StopAction(ctx context.Context, id ident.ID) (store.BulkAction, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, err := r.Store.Bulk(ctx, id)
	if err != nil || a.State == store.BulkDone || a.State == store.BulkStopped {
		return a, err
	}
	if r.current != nil && r.current.ID == id {
		a = *r.current
	}
	a.State, a.FinishedAt, a.Pending = store.BulkStopped, r.Clock.Now(), nil
	if err := r.Store.ChangeBulk(a); err != nil {
		return a, err
	}
	if r.current != nil && r.current.ID == id {
		*r.current = a
	}
	delete(r.exact, id)
	return a, nil
}
