package flow_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
)

// TestNoAttemptComesBeforeItIsAskedFor checks the limits of the delay between attempts.
func TestNoAttemptComesBeforeItIsAskedFor(t *testing.T) {
	seconds := func(t *rapid.T, name string) time.Duration {
		return time.Duration(rapid.IntRange(0, 7200).Draw(t, name)) * time.Second
	}
	rapid.Check(t, func(t *rapid.T) {
		delay := seconds(t, "delay")
		r := flow.Retry{Attempts: 9, Delay: delay, Factor: float64(rapid.IntRange(1, 5).Draw(t, "factor")), MaxDelay: delay + seconds(t, "more")}
		attempt, after := rapid.IntRange(1, 8).Draw(t, "attempt"), seconds(t, "after")
		wait := r.Wait(attempt, after)
		switch {
		case wait < r.Backoff(attempt):
			t.Fatalf("%s is less than the back-off, %s", wait, r.Backoff(attempt))
		case after <= r.MaxDelay && wait < after:
			t.Fatalf("%s is less than what was asked for, %s", wait, after)
		case r.MaxDelay > 0 && wait > r.MaxDelay:
			t.Fatalf("%s is more than maxDelay, %s", wait, r.MaxDelay)
		}
	})
}
