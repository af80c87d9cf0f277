package script

import "time"

// The limits of a run (SPEC §10) and of the workers.
const (
	DefaultTimeout = 5 * time.Second
	MaxTimeout     = 5 * time.Minute
	DefaultMemory  = 64 << 20  // bytes
	MaxMemory      = 256 << 20 // bytes; the address space of a worker is sized for it

	MaxSource = 256 << 10 // bytes of JavaScript
	MaxInput  = 64 << 20  // bytes of source, context, body, nodes and env together
	MaxResult = 1 << 20   // bytes of JSON
	MaxDepth  = 64        // nesting of a result

	MaxLogLines = 1000     // lines of a run's log; further lines are only counted
	MaxLogBytes = 64 << 10 // bytes of a run's log

	// KillGrace is how long after its deadline a worker may still answer before it is killed.
	KillGrace = 250 * time.Millisecond

	// cancelGrace is how long a worker may take to answer after a cancel before it is killed.
	cancelGrace = 100 * time.Millisecond

	// startTimeout is how long a worker may take to start. A busy machine needs seconds, but not minutes.
	startTimeout = 20 * time.Second

	// logInterval is how often a worker sends pending log lines, so that the log of a killed run is not lost.
	logInterval = 100 * time.Millisecond

	// maxReply is the largest frame from a worker, in bytes: a result, or log lines with their lengths.
	maxReply = MaxResult + MaxLogBytes + MaxLogLines*16 + 64<<10
)
