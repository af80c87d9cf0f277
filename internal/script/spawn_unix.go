//go:build unix

package script

import "syscall"

// workerDir is the working directory of a worker. It cannot be unmounted or removed.
const workerDir = "/"

// processGroup puts a worker into its own process group, so that Ctrl-C at the terminal reaches only the
// server.
func processGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
