//go:build unix

package script

import (
	"os"
	"syscall"
)

// ignoreSignals keeps a worker alive when a terminal or a service manager signals every process of the service.
// The server decides when its workers end, by closing their pipes.
func ignoreSignals(ignore func(...os.Signal)) {
	ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
}
