//go:build !linux

package expr_test

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// workTime returns the clock time on systems without a thread clock.
func workTime(testing.TB) time.Duration {
	return time.Duration(clock.System().Now().UnixNano())
}
