package store

import "time"

// Retention is what the janitor works with. Each call does a bounded piece of work in one write of
// its own, so that the door is not held up.
type Retention interface {
	// Forget deletes deliveries, oldest first, with their executions and steps; with Except the oldest of
	// one workflow after another. Those of executions that have not ended stay, and so do their repeats.
	// Blobs that nothing names any more are removed after the write. A driver may bound Limit.
	Forget(Forget) (Forgotten, error)
	// ForgetKeys deletes dedupe keys that are expired at now, up to limit of them, and returns how many it
	// deleted; 0 means that no expired key is left. Keys that are not expired stay. A driver may bound limit.
	ForgetKeys(now time.Time, limit int) (int, error)
	// SweepBlobs removes blobs that no delivery names, are not pinned, and are older than before; and
	// what writers of earlier processes left unfinished.
	SweepBlobs(before time.Time) (int, error)
	// Usage is about how many bytes deliveries, executions and blobs take on the disk.
	Usage() (int64, error)
}

// Forget selects what is deleted.
type Forget struct {
	Workflow string    // "": of all but Except
	Except   []string  // workflows with a rule of their own
	Refused  bool      // only those without an execution that are not accepted; else all
	Before   time.Time // received before, to the millisecond of the id
	Limit    int       // deliveries
}

// Forgotten is what a Forget came to.
type Forgotten struct {
	Deliveries int
	Executions int
	Blobs      int
	More       bool // there may be more to delete
}
