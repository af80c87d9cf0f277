//go:build !unix

package vm

// newRegion allocates the region on the Go heap, whose objects do not move.
func newRegion(size int) ([]byte, error) { return make([]byte, size), nil }

func freeRegion([]byte) error { return nil }

// discard makes b read as zeros.
func discard(b []byte) { clear(b) }
