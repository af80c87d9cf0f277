//go:build !race

package script_test

import (
	"os"
	"testing"

	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/script"
	sandbox "hookline.dev/hookline/internal/script"
	"hookline.dev/hookline/internal/value"
)

// TestMain turns the test program into a script worker when the pool starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "script-worker" {
		os.Exit(sandbox.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// workerCommand returns nil, so that the pool starts this program.
func workerCommand(*testing.T) []string { return nil }

func TestWithoutARunnerSourcesAreCompiledHere(t *testing.T) {
	for source, want := range map[string]int{"return 1": 0, "return (": 1, "} x(); {": 1} {
		config := value.Trusted(`{"source":` + value.String(source).Text() + `}`)
		if _, problems := script.New(nil, script.Defaults{}).Compile(config, node.About{}); len(problems) != want {
			t.Errorf("%s: problems are %v, want %d", source, problems, want)
		}
	}
}
