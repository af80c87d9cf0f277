//go:build race

package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// workerCommand builds, once, a worker without the race detector: the detector makes the engine many
// times slower, and a worker has one goroutine that runs scripts and nothing to race with.
var workerCommand = sync.OnceValues(func() ([]string, error) {
	dir, err := os.MkdirTemp("", "hookline-worker-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "worker")
	build := exec.Command("go", "build", "-o", file, "./testdata/worker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as the unit tests are built, so nothing is compiled again
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

// buildError is what the compiler said.
type buildError struct {
	output string
	cause  error
}

func (e *buildError) Error() string { return e.cause.Error() + "\n" + e.output }
