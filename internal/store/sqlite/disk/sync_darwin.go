package disk

import "golang.org/x/sys/unix"

// syncData asks the drive to write out its own cache too, which fsync does not do on this system (man 2 fcntl,
// F_FULLFSYNC). File systems that do not support this get an fsync.
func syncData(fd int) error {
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_FULLFSYNC, 0); err == nil {
		return nil
	}
	return unix.Fsync(fd)
}
