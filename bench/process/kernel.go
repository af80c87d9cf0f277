package process

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Usage is what Linux knows of a process.
type Usage struct {
	RSS     int64         // bytes now resident
	PeakRSS int64         // the most that was resident since the last ResetPeak
	CPU     time.Duration // user and system
	Written int64         // bytes the process caused to be sent to storage
}

// ticks is the kernel's unit of CPU time in /proc, USER_HZ, the same on every Linux platform that Go supports.
const ticks = 100

// Usage reads the figures. They are zero where /proc does not exist.
func (s *Server) Usage() (Usage, error) {
	var u Usage
	dir := fmt.Sprintf("/proc/%d/", s.PID())
	status, err := fields(dir + "status")
	if err != nil {
		return u, err
	}
	u.RSS, u.PeakRSS = kib(status["VmRSS"]), kib(status["VmHWM"])
	if io, err := fields(dir + "io"); err == nil {
		u.Written, _ = strconv.ParseInt(io["write_bytes"], 10, 64)
	}
	stat, err := os.ReadFile(dir + "stat")
	if err != nil {
		return u, err
	}
	// The name, in parentheses, may hold blanks; the fields are counted behind it (proc(5)).
	after := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, i := range []int{11, 12} { // utime, stime
		n, err := strconv.ParseInt(after[i], 10, 64)
		if err != nil {
			return u, err
		}
		u.CPU += time.Duration(n) * time.Second / ticks
	}
	return u, nil
}

// ResetPeak makes the kernel forget the peak of the resident set.
func (s *Server) ResetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.PID()), []byte("5"), 0)
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

// kib reads a number of KiB such as "1234 kB" as bytes.
func kib(text string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64)
	return n << 10
}
