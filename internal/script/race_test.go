//go:build race

package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// workerCommand builds a worker without the race detector, once. The detector makes the engine many times
// slower, and a worker runs scripts on a single goroutine.
var workerCommand = sync.OnceValues(func() ([]string, error) {
	dir, err := os.MkdirTemp("", "hookline-worker-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "worker")
	build := exec.Command("go", "build", "-o", file, "./testdata/worker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // like the unit tests, so nothing is compiled again
	if out, err := build.CombinedOutput(); err != nil {
		return nil, &buildError{string(out), err}
	}
	return []string{file}, nil
})

// cleanWorker removes what workerCommand built.
func cleanWorker() {
	if command, err := workerCommand(); err == nil {
		_ = os.RemoveAll(filepath.Dir(command[0]))
	}
}

// buildError contains the compiler's output.
type buildError struct {
	output string
	cause  error
}

func (e *buildError) Error() string { return e.cause.Error() + "\n" + e.output }
