package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// Rehearser runs record operations without an effect, for the test of a workflow.
type Rehearser interface {
	// Rehearse applies the operations in order, then reads, all in one transaction that is rolled back. Later
	// operations and the read see the earlier operations. Afterwards the store is as it was: it has no record, id,
	// index entry or reference more or less.
	//
	// No other write runs meanwhile, so it may take at most MaxRehearsal. The error is of kind fault.Limit if it
	// takes longer, of kind fault.Timeout if ctx ends while it waits for its turn, and that of collection.Reader if
	// the read is refused.
	Rehearse(context.Context, Rehearsal) (Rehearsed, error)
}

// MaxRehearsal is the longest time that one Rehearse may occupy the store.
const MaxRehearsal = time.Second

// Rehearsal is what Rehearse does.
type Rehearsal struct {
	Ops   []RehearsedOp
	Blobs []string // SHA-256 (hex) of files that exist for this rehearsal only
	// At most one of these is set.
	Find      *collection.Query
	Aggregate *collection.Aggregate
}

// RehearsedOp is one operation, at the time for the records that it writes.
type RehearsedOp struct {
	Op collection.Op
	At time.Time
}

// Rehearsed is the outcome of a Rehearsal.
type Rehearsed struct {
	Outcomes []collection.Outcome // by operation; an operation that breaks a rule has no effect on later ones
	Found    collection.Found     // of Rehearsal.Find
	Value    value.Value          // of Rehearsal.Aggregate
}
