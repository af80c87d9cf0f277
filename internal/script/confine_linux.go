package script

import (
	"fmt"

	"golang.org/x/sys/unix"
)

const (
	// workerData is how much writable memory a worker may map: the region for the JavaScript heap
	// (MaxMemory, a quarter more for holes, and the engine's own), the texts on their way through
	// Go, and the stacks.
	workerData = MaxMemory + MaxMemory/4 + 32<<20 + 4*MaxInput

	// workerFiles is how many descriptors a worker may have: three pipes, those of Go's poller, spare.
	workerFiles = 16
)

// confine takes from the process what a worker never needs. What is open stays open.
func confine() error {
	for _, l := range []struct {
		name     string
		resource int
		most     uint64
	}{
		{"RLIMIT_CORE", unix.RLIMIT_CORE, 0},
		{"RLIMIT_FSIZE", unix.RLIMIT_FSIZE, 0},
		{"RLIMIT_NOFILE", unix.RLIMIT_NOFILE, workerFiles},
		{"RLIMIT_DATA", unix.RLIMIT_DATA, workerData},
		{"RLIMIT_MEMLOCK", unix.RLIMIT_MEMLOCK, 0},
		{"RLIMIT_MSGQUEUE", unix.RLIMIT_MSGQUEUE, 0},
	} {
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.most, Max: l.most}); err != nil {
			return fmt.Errorf("set %s: %w", l.name, err)
		}
	}
	// Nobody may read the memory of a worker, nor trace it.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("make the worker undumpable: %w", err)
	}
	return filterCalls()
}
