package collection

import (
	"time"

	"hookline.dev/hookline/internal/value"
)

// OpKind is what an Op does.
type OpKind string

// The operations.
const (
	Create OpKind = "create"
	Update OpKind = "update"
	Delete OpKind = "delete"
)

// Op is a write that a record node asks for. It is plain data: the engine puts it into the Commit of
// the step that asked, and the store applies it in that transaction, so it happens exactly once.
type Op struct {
	Kind       OpKind
	Collection string
	// Values is an object by field name, for Create also an array of such objects: all of them are
	// created, or none. For Update a numeric field also takes {"$inc": n} and {"$mul": n}, which are
	// exact or refused.
	Values value.Value
	// Upsert names the fields by which Create finds a record to update instead. They are what one
	// unique field, or a unique set of fields, is made of.
	Upsert []string
	// Filter selects what Update and Delete touch. nil only with All.
	Filter *Filter
	All    bool
	// IfUpdatedAt, when not zero, must be the record's updatedAt; else the Op breaks the rule
	// CodeChanged and writes nothing.
	IfUpdatedAt time.Time
	// From is where an Op goes on that was too large for one write: Outcome.Next of the write before.
	// A filtered Update or Delete touches at most OpChunk records in one write.
	From Progress
}

// OpChunk is how many records one write of a filtered Op touches. They take the writer about 2 ms, so that
// calls that wait to be accepted are not delayed for longer.
const OpChunk = 200

// Progress is how far a filtered Op has come. It is kept in the journal with the write that it belongs
// to, so that each record is touched exactly once.
type Progress struct {
	After int64 // the id of the last record that was looked at
	Most  int64 // the largest id there was when the Op began: what is created meanwhile is not touched
	Count int64 // records touched so far
}

// Outcome is what became of an Op: its result, or the rule it broke.
type Outcome struct {
	// Record is the step's result. Create: the whole record as stored, system fields first, or the
	// array of them. Update: {"count": n, "records": [...]}, the records as stored when they are at
	// most ShownRecords, else without them. Delete: {"count": n}.
	Record    value.Value
	Violation *Violation
	// Next is not nil when the Op is not finished: the same Op goes on from there in the next write.
	Next *Progress
}

// ShownRecords is how many records an Update's result shows.
const ShownRecords = 100

// MaxBulk is how many records one Create may make.
const MaxBulk = 100_000
