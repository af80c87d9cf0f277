package disk

import "golang.org/x/sys/unix"

// syncData makes the written bytes durable, with the metadata that is needed to read them back.
func syncData(fd int) error { return unix.Fdatasync(fd) }
