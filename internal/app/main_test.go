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

// brokenRequests is how many broken requests the fuzz makes for each operation and principal.
const brokenRequests = 5

// scriptWorker returns nil, so that a server starts this program.
func scriptWorker(*testing.T) []string { return nil }
