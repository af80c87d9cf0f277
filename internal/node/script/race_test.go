//go:build race

package script_test

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// workerCommand builds a worker without the race detector: the detector needs more address space than
// a worker may have, and its pointer checks do not know the engine's own heap.
func workerCommand(t *testing.T) []string {
	file := filepath.Join(t.TempDir(), "worker")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", file, "hookline.dev/hookline/internal/script/testdata/worker").CombinedOutput(); err != nil {
		t.Fatalf("build the worker: %v\n%s", err, out)
	}
	return []string{file}
}
