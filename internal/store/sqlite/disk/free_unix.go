//go:build linux || darwin || freebsd

package disk

import "golang.org/x/sys/unix"

// freeBytes returns how many bytes a process without privileges may still write to the disk of dir.
func freeBytes(dir string) (uint64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(max(s.Bavail, 0)) * uint64(s.Bsize), true // the types differ between systems
}
