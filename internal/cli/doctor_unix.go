//go:build unix

package cli

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// lockFile is locked by a server while it uses a data directory.
const lockFile = "hookline.lock"

// locked reports whether a process has locked the data directory. It releases its own lock at once.
func locked(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK
}
