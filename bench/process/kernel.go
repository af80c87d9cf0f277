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

// Usage is what Linux reports about a server's process and its script workers.
type Usage struct {
	PeakRSS    int64         // peak resident memory without the workers, in bytes
	RSS        int64         // resident memory without the workers now, in bytes
	WorkersRSS int64         // resident memory of the live workers now, in bytes
	CPU        time.Duration // user and system time, including live workers and those already waited for
	Written    int64         // bytes that the process caused to be sent to storage
}

// ticks is the unit of CPU time in /proc (USER_HZ). It is the same on every Linux platform that Go supports.
const ticks = 100

// Usage reads the figures. It fails if /proc does not exist.
func (s *Server) Usage() (Usage, error) {
	var u Usage
	dir := fmt.Sprintf("/proc/%d/", s.PID())
	status, err := fields(dir + "status")
	if err != nil {
		return u, err
	}
	u.PeakRSS, u.RSS = kib(status["VmHWM"]), kib(status["VmRSS"])
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
			continue // another user's process, or it has ended
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
	cpu, waited time.Duration // of the process, and of the children that it has waited for
}

// readStat parses a file as described in proc_pid_stat(5).
func readStat(path string) (stat, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return stat{}, err
	}
	// The name, in parentheses, may contain spaces. The fields after it are counted, starting with the third.
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

// kib parses a number of KiB such as "1234 kB" and returns bytes; 0 if there is none.
func kib(text string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64) // a process that is ending has no such line
	return n << 10
}
