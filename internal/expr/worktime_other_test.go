//go:build !linux

package expr_test

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// workTime is the clock where the thread's own time cannot be had.
func workTime(testing.TB) time.Duration {
	return time.Duration(clock.System().Now().UnixNano())
}
