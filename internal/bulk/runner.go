package bulk

import (
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// The pauses of the runner.
const (
	fullPause  = 100 * time.Millisecond // when nothing could be done in a round
	errorPause = 5 * time.Second        // when the store could not be read
)

// Start continues what was running, and runs what is started from then on, until Stop.
func (r *Runner) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel, r.done = cancel, make(chan struct{})
	go r.work(ctx) // Start's context ends when the start does
	return nil
}

// Stop ends the work after the target under way. It returns earlier if ctx ends.
func (r *Runner) Stop(ctx context.Context) error {
	if r.cancel == nil {
		return nil
	}
	r.cancel()
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Runner) work(ctx context.Context) {
	defer close(r.done)
	for ctx.Err() == nil {
		running, moved, err := r.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.Log.Warn("bulk actions are delayed", "error", err)
			r.pause(ctx, errorPause)
		case running == 0:
			select {
			case <-r.wake:
			case <-ctx.Done():
			}
		case !moved:
			r.pause(ctx, fullPause)
		}
	}
}

// pause waits for d, or until an action is started.
func (r *Runner) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.wake:
	case <-ctx.Done():
	}
}

// round gives each running action a turn, oldest first. An error of one does not keep the others from theirs.
func (r *Runner) round(ctx context.Context) (running int, moved bool, first error) {
	list, err := r.Store.Bulks(ctx, store.BulkListing{State: store.BulkRunning, Limit: store.MaxPage})
	if err != nil {
		return 0, false, err
	}
	for _, a := range slices.Backward(list) {
		has, err := r.turn(ctx, a.ID)
		moved = moved || has
		if first == nil {
			first = err
		}
	}
	return len(list), moved, first
}

// turn is the turn of one action. Runner.mu guards its row; the rest belongs to the goroutine of the runner.
type turn struct {
	row      store.BulkAction // ahead of the store
	kind     store.BulkKind
	targets  []ident.ID
	repeated bool // the targets may have been acted on before
	unknown  bool // whether the next target was acted on
}

// turn acts on the next targets of an action and writes the progress. moved is false if nothing could be done.
func (r *Runner) turn(ctx context.Context, id ident.ID) (moved bool, err error) {
	t, err := r.open(ctx, id)
	if err != nil || t == nil {
		return false, err
	}
	for _, target := range t.targets {
		if !r.admit(ctx, t.kind) || !r.one(ctx, t, target) {
			break
		}
		moved = true
	}
	ended, err := r.shut(t)
	return moved || ended, err
}

// open begins the turn of an action, and reserves ids for its targets. It returns nil if the action does not run.
func (r *Runner) open(ctx context.Context, id ident.ID) (*turn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, err := r.Store.Bulk(ctx, id)
	if err != nil || a.State != store.BulkRunning {
		return nil, err
	}
	t := &turn{row: a, kind: a.Kind, repeated: !r.exact[id]}
	if t.targets, err = r.Store.BulkTargets(ctx, id, a.Next); err != nil {
		return nil, err
	}
	t.targets = t.targets[:min(len(t.targets), partSize)]
	if a.Kind == store.BulkReplay && len(t.targets) > 0 {
		if len(a.Pending) == 0 {
			for range 2 * len(t.targets) {
				t.row.Pending = append(t.row.Pending, r.IDs.Next())
			}
			if err := r.Store.ChangeBulk(t.row); err != nil {
				return nil, err
			}
		}
		t.targets = t.targets[:min(len(t.targets), len(t.row.Pending)/2)]
	}
	r.current = &t.row
	return t, nil
}

// shut ends a turn and writes the progress, unless somebody has stopped the action and so written it.
func (r *Runner) shut(t *turn) (ended bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = nil
	a := &t.row
	if a.State != store.BulkRunning {
		return true, nil
	}
	if ended = a.Next == a.Count || len(t.targets) == 0; ended {
		a.State, a.FinishedAt, a.Pending = store.BulkDone, r.Clock.Now(), nil
	}
	delete(r.exact, a.ID)
	if err := r.Store.ChangeBulk(*a); err != nil { // the store is behind
		return false, err
	}
	if !ended && !t.unknown {
		r.exact[a.ID] = true
	}
	return ended, nil
}

// admit waits for the next place of MaxRate. It returns false if ctx has ended or the queue of executions has no room.
func (r *Runner) admit(ctx context.Context, kind store.BulkKind) bool {
	if kind != store.BulkCancel && r.Backlog() >= r.MaxBacklog {
		return false
	}
	const distance = time.Second / MaxRate
	now := r.Clock.Now()
	wait := min(r.nextAct.Sub(now), distance) // more, if the clock was set back
	r.nextAct = now.Add(max(wait, 0) + distance)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
