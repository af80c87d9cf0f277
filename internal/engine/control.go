package engine

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// Stats is what the engine holds now, and what it counted since it started. How executions ended is
// counted by whoever observes them.
type Stats struct {
	CommitRetries int64 // commits that had to be written again
	Held          int64 // executions in memory, waiting for a slot or running
	HeldBytes     int64 // of their bodies
	Parked        int64 // executions of which only the id is held, until their group has a place
	Spectators    int64 // callers who wait for executions that run elsewhere, or sleep
	Running       int   // slots taken
	Leaves        int64 // attempts that run beside the owners of their executions
}

// Stats returns the counters.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	parked := e.parked
	e.mu.Unlock()
	return Stats{
		CommitRetries: e.commitRetries.Load(), Held: e.held.Load(), HeldBytes: e.load.Load(),
		Parked:     int64(parked),
		Spectators: e.gallery.count.Load(), Running: len(e.slots), Leaves: e.leaves.Load(),
	}
}

// hold makes an execution in memory reachable for Cancel, also for one that came before.
func (e *Engine) hold(j *job) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.jobs[j.execution.ID] = j
	if _, asked := e.asked[j.execution.ID]; asked {
		j.canceled.Store(true)
	}
}

// drop ends that. A cancel request for one that was settled is, too.
func (e *Engine) drop(j *job, settled bool) {
	e.mu.Lock()
	if e.jobs[j.execution.ID] == j {
		delete(e.jobs, j.execution.ID)
	}
	if settled {
		delete(e.asked, j.execution.ID)
	}
	e.mu.Unlock()
}

// Retry puts an ended execution back into the queue.
func (e *Engine) Retry(id ident.ID) error {
	if err := e.table.Retry(id, e.clock.Now()); err != nil {
		return fault.Wrap("engine.Retry", err)
	}
	e.fallBehind()
	return nil
}
