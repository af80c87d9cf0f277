package intake

import (
	"sync"

	"hookline.dev/hookline/internal/fairshare"
	"hookline.dev/hookline/internal/fault"
)

// inTable counts the executions that wait in the table and that nobody has claimed, by workflow. The table is counted
// again from time to time, as other processes claim and accept, too.
type inTable struct {
	mu     sync.Mutex
	counts map[string]int64
}

func (c *inTable) add(workflow string, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[string]int64)
	}
	if c.counts[workflow] += n; c.counts[workflow] <= 0 {
		delete(c.counts, workflow)
	}
}

func (c *inTable) set(counts map[string]int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts = counts
}

func (c *inTable) of(workflow string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[workflow]
}

// Admit returns an error of kind fault.Unavailable when a workflow has so many executions queued that the rest of the
// backlog has to stay free for others.
func (in *Intake) Admit(workflow string) error {
	total := in.Table.Backlog()
	if 2*total < int64(float64(in.Limits.Backlog)*in.Limits.Share) {
		return nil // whosever they are
	}
	if fairshare.Allows(in.Limits.Backlog-total, in.queued(workflow), in.Limits.Share) {
		return nil
	}
	return fault.New("engine.Submit", fault.Unavailable, "the workflow has its share of the backlog in the queue")
}

// queued is how many executions of a workflow are queued or running.
func (in *Intake) queued(workflow string) int64 {
	in.mu.Lock()
	parked := in.parkedOf[workflow]
	in.mu.Unlock()
	return in.places.of(workflow) + int64(parked) + in.inTable.of(workflow)
}

// count counts what waits in the table.
func (in *Intake) count() {
	counts, err := in.Table.Unclaimed()
	if err != nil {
		in.Log.Warn("cannot count the queue; trying again later", "error", err)
		return
	}
	in.inTable.set(counts)
}
