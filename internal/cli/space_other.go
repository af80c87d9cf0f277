//go:build !linux && !darwin && !freebsd

package cli

// freeBytes reports that the free space is unknown on this system.
func freeBytes(string) (int64, bool) { return 0, false }
