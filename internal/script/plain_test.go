//go:build !race

package script

// workerCommand returns the default, so that this program is the worker.
func workerCommand() ([]string, error) { return nil, nil }

// cleanWorker has nothing to remove.
func cleanWorker() {}
