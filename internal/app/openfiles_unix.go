//go:build unix

package app

import "syscall"

// openFiles is how many files and connections the process may have open; false when nobody says.
func openFiles() (uint64, bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	return uint64(limit.Cur), true // it is signed on some systems
}
