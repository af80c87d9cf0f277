//go:build unix && !linux

package vm

// discard makes b read as zeros. Only Linux promises zeros after MADV_DONTNEED.
func discard(b []byte) { clear(b) }
