//go:build unix

package app

import "syscall"

// openFiles returns the limit of open files and connections of this process; false if it is unknown.
func openFiles() (uint64, bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	return uint64(limit.Cur), true // the type is signed on some systems
}
