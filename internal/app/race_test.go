//go:build race

package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// raceDetector is whether the tests run under the race detector.
const raceDetector = true

// scriptWorker builds a worker without the race detector. The detector needs more address space than a worker may
// have, and its pointer checks do not know the engine's own heap.
func scriptWorker(t *testing.T) []string {
	file := filepath.Join(t.TempDir(), "worker")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", file, "hookline.dev/hookline/internal/script/testdata/worker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // the same setting as for the unit tests, so that the build cache is used
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the worker: %v\n%s", err, out)
	}
	return []string{file}
}
