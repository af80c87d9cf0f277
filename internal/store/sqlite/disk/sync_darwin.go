package disk

import "golang.org/x/sys/unix"

// syncData asks for the bytes to leave the drive's own cache too, which fsync does not on this
// system (man 2 fcntl, F_FULLFSYNC); file systems that know no such thing get an fsync.
func syncData(fd int) error {
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_FULLFSYNC, 0); err == nil {
		return nil
	}
	return unix.Fsync(fd)
}
