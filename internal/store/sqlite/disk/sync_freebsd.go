package disk

import "golang.org/x/sys/unix"

// syncData makes the written bytes durable.
func syncData(fd int) error { return unix.Fsync(fd) }
