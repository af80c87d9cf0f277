//go:build linux && !amd64 && !arm64

package script

// filterCalls knows the system call numbers of amd64 and arm64 only; elsewhere the other walls stand.
func filterCalls() error { return nil }
