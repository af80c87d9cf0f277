package process

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Usage is what Linux knows of a server's process and of its script workers.
type Usage struct {
	PeakRSS    int64         // the most that was ever resident, in bytes, without the workers
	WorkersRSS int64         // resident now in the workers that live, in bytes
	CPU        time.Duration // user and system, with the workers that live and those that were waited for
	Written    int64         // bytes the process caused to be sent to storage
}

// ticks is the kernel's unit of CPU time in /proc, USER_HZ, the same on every Linux platform that Go supports.
const ticks = 100

// Usage reads the figures. It fails where /proc does not exist.
func (s *Server) Usage() (Usage, error) {
	var u Usage
	dir := fmt.Sprintf("/proc/%d/", s.PID())
	status, err := fields(dir + "status")
	if err != nil {
		return u, err
	}
	u.PeakRSS = kib(status["VmHWM"])
	io, err := fields(dir + "io")
	if err != nil {
		return u, err
	}
	if u.Written, err = strconv.ParseInt(io["write_bytes"], 10, 64); err != nil {
		return u, err
	}
	own, err := readStat(dir + "stat")
	if err != nil {
		return u, err
	}
	u.CPU = own.cpu + own.waited
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return u, err
	}
	for _, path := range stats {
		worker, err := readStat(path)
		if err != nil || worker.parent != s.PID() {
			continue // another's, or gone meanwhile
		}
		u.CPU += worker.cpu
		if status, err := fields(filepath.Join(filepath.Dir(path), "status")); err == nil {
			u.WorkersRSS += kib(status["VmRSS"])
		}
	}
	return u, nil
}

// stat is the part of /proc/PID/stat that is used here.
type stat struct {
	parent      int
	cpu, waited time.Duration // of the process, and of its children that it has waited for
}

// readStat reads a file as proc_pid_stat(5) describes it.
func readStat(path string) (stat, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return stat{}, err
	}
	// The name, in parentheses, may hold blanks; fields are counted behind it, from the third on.
	after := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	const parent, utime, stime, cutime, cstime = 1, 11, 12, 13, 14
	if len(after) <= cstime {
		return stat{}, fmt.Errorf("%s has %d fields", path, len(after))
	}
	var n [cstime + 1]int64
	for _, i := range []int{parent, utime, stime, cutime, cstime} {
		if n[i], err = strconv.ParseInt(after[i], 10, 64); err != nil {
			return stat{}, err
		}
	}
	return stat{
		parent: int(n[parent]),
		cpu:    time.Duration(n[utime]+n[stime]) * time.Second / ticks,
		waited: time.Duration(n[cutime]+n[cstime]) * time.Second / ticks,
	}, nil
}

// fields reads a file of "name: value" lines.
func fields(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := make(map[string]string)
	for sc := bufio.NewScanner(bytes.NewReader(text)); sc.Scan(); {
		if name, v, ok := strings.Cut(sc.Text(), ":"); ok {
			m[name] = strings.TrimSpace(v)
		}
	}
	return m, nil
}

// kib reads a number of KiB such as "1234 kB" as bytes; 0 when there is none.
func kib(text string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64) // a process that is ending has no such line
	return n << 10
}
