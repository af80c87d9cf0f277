package engine

import (
	"sync/atomic"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// counters are what the engine counts since it started.
type counters struct {
	succeeded, failed, aborted, canceled atomic.Int64
	commitRetries                        atomic.Int64
}

// end counts an end.
func (c *counters) end(status flow.Status) {
	switch status {
	case flow.Succeeded:
		c.succeeded.Add(1)
	case flow.Failed:
		c.failed.Add(1)
	case flow.Aborted:
		c.aborted.Add(1)
	case flow.Canceled:
		c.canceled.Add(1)
	default:
	}
}

// Stats is what the engine did since it started, and what it holds now.
type Stats struct {
	Succeeded     int64 `json:"succeeded"`
	Failed        int64 `json:"failed"`
	Aborted       int64 `json:"aborted"`
	Canceled      int64 `json:"canceled"`
	CommitRetries int64 `json:"commitRetries"`
	Held          int64 `json:"held"`    // in memory, waiting for a slot or running
	Running       int   `json:"running"` // slots taken
}

// Stats returns the counters.
func (e *Engine) Stats() Stats {
	c := &e.counters
	return Stats{
		Succeeded: c.succeeded.Load(), Failed: c.failed.Load(),
		Aborted: c.aborted.Load(), Canceled: c.canceled.Load(),
		CommitRetries: c.commitRetries.Load(), Held: e.held.Load(), Running: len(e.slots),
	}
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
	status, err := e.journal.RequestCancel(id, e.clock.Now())
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
	if err := e.journal.Retry(id, e.clock.Now()); err != nil {
		return fault.Wrap("engine.Retry", err)
	}
	e.fallBehind()
	return nil
}
