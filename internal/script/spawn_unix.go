//go:build unix

package script

import "syscall"

// workerDir is where a worker runs: nowhere that could be unmounted or removed.
const workerDir = "/"

// processGroup puts a worker into a process group of its own, so that a Ctrl-C at the terminal reaches the
// server only.
func processGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
