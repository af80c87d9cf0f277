package script

import (
	"encoding/binary"
	"time"
)

// fate is what has been decided about a worker during a run.
type fate uint8

const (
	alive    fate = iota
	tooLate       // killed: it did not answer by the deadline and its grace
	unwanted      // killed: nobody waits for the run any more
)

// begin marks the start of a run.
func (c *child) begin(seq uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq = seq
}

// end marks the end of a run and returns what was decided meanwhile. From here on neither its
// deadline nor its cancellation can hit the worker, which may have another run already.
func (c *child) end() fate {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq = 0
	return c.fate
}

// doom kills the worker, but only during the run that is meant.
func (c *child) doom(seq uint64, f fate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seq == seq && c.fate == alive {
		c.fate = f
		c.kill()
	}
}

// cancel asks the worker to end a run, and kills it when it does not. The kill is armed first: a
// worker that does not read could make the write wait.
func (c *child) cancel(seq uint64) {
	time.AfterFunc(cancelGrace, func() { c.doom(seq, unwanted) })
	_ = c.write(func(buf []byte) []byte {
		return endFrame(binary.AppendUvarint(beginFrame(buf, frameCancel), seq))
	})
}
