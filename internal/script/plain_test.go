//go:build !race

package script

// workerCommand starts this program.
func workerCommand() ([]string, error) { return nil, nil }

// cleanWorker has nothing to remove.
func cleanWorker() {}
