package script

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	// workerData is how much writable memory a worker may map in addition to what it has when it is ready. Most
	// of it is the JavaScript heap; the rest is for texts that pass through Go, and for stacks.
	workerData = (4*MaxInput + 128<<20) * raceOverhead

	// workerFiles is how many file descriptors a worker may have: three pipes, those of Go's poller, and a few
	// spare ones.
	workerFiles = 16
)

// dataMapped returns how much writable memory the process has mapped, in bytes.
func dataMapped() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm") // in pages: size resident shared text lib data dt
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

// confine removes the privileges that a worker never needs. Its open descriptors, those of its pipes, stay open.
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
	// No process may read or trace the worker's memory.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("make the worker undumpable: %w", err)
	}
	return filterCalls()
}
