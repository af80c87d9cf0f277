package disk

import "golang.org/x/sys/unix"

// syncData makes the bytes durable, and as much of the file's description as is needed to find them.
func syncData(fd int) error { return unix.Fdatasync(fd) }
