//go:build unix

package vm

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// newRegion reserves size bytes of zeroed memory. Pages use no memory until they are touched.
func newRegion(size int) ([]byte, error) {
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("reserve %d bytes for the JavaScript heap: %w", size, err)
	}
	return b, nil
}

// freeRegion frees the region. No pointers into it may remain.
func freeRegion(b []byte) error { return unix.Munmap(b) }
