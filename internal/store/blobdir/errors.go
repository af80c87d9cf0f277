package blobdir

import (
	"errors"
	"syscall"

	"hookline.dev/hookline/internal/fault"
)

// classify converts an error of the file system to a fault error. All are of kind fault.Unavailable, because they
// may pass by themselves or after the operator's intervention, and the caller may try again.
func classify(op string, err error, format string, args ...any) error {
	if _, known := errors.AsType[*fault.Error](err); known {
		return fault.Wrap(op, err)
	}
	if errors.Is(err, syscall.ENOSPC) {
		return fault.As(op, fault.Unavailable, err, "the disk is full: free some space")
	}
	return fault.As(op, fault.Unavailable, err, format, args...)
}
