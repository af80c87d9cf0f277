package script_test

import (
	"os"
	"testing"

	sandbox "hookline.dev/hookline/internal/script"
)

// TestMain makes the test program a script worker when the pool starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "script-worker" {
		os.Exit(sandbox.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}
