package store

import "time"

// Retention is the interface of the janitor. Each call does a bounded amount of work in a write of its own, so
// that incoming calls are not delayed for long.
type Retention interface {
	// DeleteDeliveries deletes deliveries, oldest first, with their executions and steps. With Except it deletes the oldest
	// deliveries of one workflow after another. It keeps the deliveries of unfinished executions and their
	// repeats. After the write it removes the blobs that nothing names any more. A driver may lower Limit.
	DeleteDeliveries(Deletion) (Deleted, error)
	// DeleteExpiredKeys deletes up to limit dedupe keys that have expired at now. It returns how many it deleted; 0
	// means that no expired key is left. It keeps all other keys. A driver may lower limit.
	DeleteExpiredKeys(now time.Time, limit int) (int, error)
	// DeleteStatistics deletes up to limit buckets of statistics that are no longer kept at now (MinutesKept, HoursKept,
	// DaysKept), or that are too many: then the oldest. It returns how many it deleted; 0 means that no such bucket is
	// left. A driver may lower limit.
	DeleteStatistics(now time.Time, limit int) (int, error)
	// SweepBlobs deletes the blobs that no delivery or record names, that are not pinned, and that were written
	// before the given time. It also deletes unfinished files of earlier processes. It returns how many files it
	// deleted.
	SweepBlobs(before time.Time) (int, error)
	// Usage returns the approximate disk space of deliveries, executions and blobs, in bytes.
	Usage() (int64, error)
	// RefusedUsage returns how many deliveries a Deletion with Refused selects, and their approximate disk space in
	// bytes. Repeats do not count.
	RefusedUsage() (deliveries, bytes int64, err error)
}

// Deletion selects the deliveries to delete.
type Deletion struct {
	Workflow string    // "": every workflow that is not in Except
	Except   []string  // workflows that have a rule of their own
	Refused  bool      // only calls that were not accepted and have no execution
	Before   time.Time // received before this time; compared with the millisecond in the id
	Limit    int       // at most this many deliveries
}

// Deleted is the outcome of DeleteDeliveries: how much was deleted.
type Deleted struct {
	Deliveries int
	Executions int
	Blobs      int
	More       bool // there may be more to delete
}
