package vm

import "golang.org/x/sys/unix"

// discard returns the pages of b to the system, so that b reads as zeros. b must start and end at page
// boundaries.
func discard(b []byte) {
	if unix.Madvise(b, unix.MADV_DONTNEED) != nil {
		clear(b)
	}
}
