package script

import (
	"encoding/binary"
	"time"
)

// killReason says why a worker was killed during a run.
type killReason uint8

const (
	notKilled      killReason = iota
	deadlinePassed            // it did not answer within its deadline and KillGrace
	runCanceled               // the caller gave up and the worker did not stop within cancelGrace
)

// begin marks the start of a run.
func (c *child) begin(seq uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq = seq
}

// end marks the end of a run and reports whether the worker was killed during it. From here on, neither the
// deadline nor a cancellation of that run can kill the worker, which may already have another run.
func (c *child) end() killReason {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq = 0
	return c.killed
}

// killRun kills the worker if the run is still its current one.
func (c *child) killRun(seq uint64, why killReason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seq == seq && c.killed == notKilled {
		c.killed = why
		c.kill()
	}
}

// cancel asks the worker to end a run, and kills it if it does not. The timer starts before the write, because
// the write blocks while the worker does not read.
func (c *child) cancel(seq uint64) {
	time.AfterFunc(cancelGrace, func() { c.killRun(seq, runCanceled) })
	_ = c.write(func(buf []byte) []byte {
		return endFrame(binary.AppendUvarint(beginFrame(buf, frameCancel), seq))
	})
}
