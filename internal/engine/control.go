package engine

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// Stats is what the engine holds now, and what it counted since it started. How executions ended is
// counted by whoever observes them.
type Stats struct {
	CommitRetries int64 // commits that had to be written again
	Held          int64 // executions in memory, waiting for a slot or running
	Running       int   // slots taken
}

// Stats returns the counters.
func (e *Engine) Stats() Stats {
	return Stats{CommitRetries: e.commitRetries.Load(), Held: e.held.Load(), Running: len(e.slots)}
}

// enlist makes a running execution reachable for Cancel.
func (e *Engine) enlist(r *run) {
	e.mu.Lock()
	e.runs[r.job.execution.ID] = r
	e.mu.Unlock()
}

// delist ends that.
func (e *Engine) delist(r *run) {
	e.mu.Lock()
	delete(e.runs, r.job.execution.ID)
	e.mu.Unlock()
}

// Cancel asks that an execution be canceled: at once when it waits, else at its next step, whose
// attempt is interrupted. It returns the status after the request.
func (e *Engine) Cancel(id ident.ID) (flow.Status, error) {
	status, err := e.table.RequestCancel(id, e.clock.Now())
	if err != nil {
		return "", fault.Wrap("engine.Cancel", err)
	}
	e.mu.Lock()
	r := e.runs[id]
	e.mu.Unlock()
	if r != nil {
		r.canceled.Store(true)
		if cancel := r.cancel.Load(); cancel != nil {
			(*cancel)()
		}
	}
	return status, nil
}

// Retry puts an ended execution back into the queue.
func (e *Engine) Retry(id ident.ID) error {
	if err := e.table.Retry(id, e.clock.Now()); err != nil {
		return fault.Wrap("engine.Retry", err)
	}
	e.fallBehind()
	return nil
}
