package script

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	// workerData is how much writable memory a worker may map beyond what it has when it is ready,
	// which is the JavaScript heap above all: room for the texts on their way through Go, and for stacks.
	workerData = (4*MaxInput + 128<<20) * raceOverhead

	// workerFiles is how many descriptors a worker may have: three pipes, those of Go's poller, spare.
	workerFiles = 16
)

// dataMapped returns how much writable memory the process has mapped, in bytes.
func dataMapped() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm") // size resident shared text lib data dt, in pages
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 6 {
		return 0, fmt.Errorf("/proc/self/statm has %d fields", len(fields))
	}
	pages, err := strconv.ParseUint(fields[5], 10, 64)
	return pages * uint64(os.Getpagesize()), err
}

// confine takes from the process what a worker never needs. What is open stays open.
func confine() error {
	mapped, err := dataMapped()
	if err != nil {
		return err
	}
	for _, l := range []struct {
		name     string
		resource int
		most     uint64
	}{
		{"RLIMIT_CORE", unix.RLIMIT_CORE, 0},
		{"RLIMIT_FSIZE", unix.RLIMIT_FSIZE, 0},
		{"RLIMIT_NOFILE", unix.RLIMIT_NOFILE, workerFiles},
		{"RLIMIT_DATA", unix.RLIMIT_DATA, mapped + workerData},
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
