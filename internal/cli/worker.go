package cli

import "hookline.dev/hookline/internal/script"

// workerCmd is what the server starts its script processes with; it is not for people.
type workerCmd struct{}

// Run runs scripts until stdin ends.
func (workerCmd) Run(w *world) error {
	if code := script.Worker(w.stdin, w.stdout); code != exitDone {
		return errSaid
	}
	return nil
}
