package collection

import (
	"time"

	"hookline.dev/hookline/internal/value"
)

// OpKind is the kind of an Op.
type OpKind string

// The operations.
const (
	Create OpKind = "create"
	Update OpKind = "update"
	Delete OpKind = "delete"
)

// Op is a write to a collection. It is plain data. For a record node the engine puts it into the Commit of the
// step, and the store applies it in that transaction, so it happens exactly once.
type Op struct {
	Kind       OpKind
	Collection string
	// Values is an object by field name. For Create it may also be an array of such objects; then all of them are
	// created, or none. For Update a numeric field also accepts {"$inc": n} and {"$mul": n}, which are computed
	// exactly or refused.
	Values value.Value
	// Upsert names the fields by which Create finds a record to update instead. They must be one unique field or
	// one unique set of fields.
	Upsert []string
	// Filter selects the records for Update and Delete. It may be nil only with All, which selects every record.
	Filter *Filter
	All    bool
	// IfUpdatedAt, if not zero, must equal the record's updatedAt. Otherwise the outcome is a violation with
	// CodeChanged and nothing is written.
	IfUpdatedAt time.Time
	// From is the position from which an Op continues that was too large for one write: Outcome.Next of the write
	// before. The zero value starts at the beginning. A filtered Update or Delete touches at most OpChunk records
	// per write.
	From Progress
}

// OpChunk is the largest number of records that one write of a filtered Op touches. The writer needs about 2 ms
// for them, so waiting calls are not delayed longer.
const OpChunk = 200

// Progress is the position of an unfinished filtered Op. It is stored in the journal together with the write it
// belongs to, so that each record is touched exactly once.
type Progress struct {
	After int64 // id of the last scanned record
	Most  int64 // largest id when the Op began; records created later are not touched
	Count int64 // records touched so far
}

// Outcome is the result of an Op, or the rule that it broke.
type Outcome struct {
	// Record is the result of the step. For Create it is the whole stored record, system fields first, or the
	// array of records. For Update it is {"count": n, "records": [...]}; records is left out if there are more
	// than ShownRecords. For Delete it is {"count": n}.
	Record    value.Value
	Violation *Violation
	// Next is not nil if the Op is not finished: the next write continues the same Op with From = Next.
	Next *Progress
}

// ShownRecords is the largest number of records in the result of an Update.
const ShownRecords = 100

// MaxBulk is the largest number of records that one Create may create.
const MaxBulk = 100_000
