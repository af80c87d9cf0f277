//go:build !race

package app_test

import (
	"os"
	"testing"

	"hookline.dev/hookline/internal/script"
)

// TestMain turns the test program into a script worker when a server starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "script-worker" {
		os.Exit(script.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// raceDetector is whether the tests run under the race detector.
const raceDetector = false

// scriptWorker returns nil, so that a server starts this program.
func scriptWorker(*testing.T) []string { return nil }
