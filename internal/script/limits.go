package script

import "time"

// The limits of a run (SPEC §10) and of what surrounds it.
const (
	DefaultTimeout = 5 * time.Second
	MaxTimeout     = 5 * time.Minute
	DefaultMemory  = 64 << 20  // bytes
	MaxMemory      = 256 << 20 // bytes; what a worker's address space is measured for

	MaxSource = 256 << 10 // bytes of JavaScript
	MaxInput  = 64 << 20  // bytes of source, context, body, nodes and env together
	MaxResult = 1 << 20   // bytes of JSON
	MaxDepth  = 64        // nesting of a result

	MaxLogLines = 1000     // lines of a run's log; what comes after is counted
	MaxLogBytes = 64 << 10 // bytes of a run's log

	// KillGrace is how long after its deadline a worker may still answer before it is killed.
	KillGrace = 250 * time.Millisecond

	// cancelGrace is how long a worker has to answer when nobody waits for the run any more.
	cancelGrace = 100 * time.Millisecond

	// startTimeout bounds the start of a worker. A busy machine needs seconds for it, not minutes.
	startTimeout = 20 * time.Second

	// logInterval is how often pending log lines leave the worker, so that the log of a run that is
	// killed is not lost.
	logInterval = 100 * time.Millisecond

	// maxReply bounds a frame from a worker: a result or the lines of a log, and their lengths.
	maxReply = MaxResult + MaxLogBytes + MaxLogLines*16 + 64<<10
)
