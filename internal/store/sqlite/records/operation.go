package records

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Operation is a collection.Op that the writer can run: prepared, and with its targets found.
type Operation struct {
	recordplan.Prepared
	records *Records
	cat     *tables.Catalog // the catalog it was prepared with
	table   *tables.Table   // nil if there is no such collection
	found   targets
}

// Prepare prepares an operation. now is the time for the records that it writes. An Update or Delete needs FindTargets
// before it runs.
func (r *Records) Prepare(op *collection.Op, now time.Time) Operation {
	o := Operation{Prepared: recordplan.Prepared{Op: op, Now: now}, records: r}
	o.prepare(r.Catalog.Newest())
	return o
}

// prepare runs in the caller's goroutine, and again in the writer's if the catalog has changed.
func (o *Operation) prepare(cat *tables.Catalog) {
	o.cat, o.table = cat, cat.Tables[o.Op.Collection]
	o.Prepare(cat)
}

// stale reports whether the relevant collections have changed since prepare.
func (o *Operation) stale(now *tables.Catalog) bool {
	if o.Op.Kind == collection.Create {
		return o.table != now.Tables[o.Op.Collection]
	}
	return o.cat != now // a filter may use other collections too
}

// Weight returns the approximate number of records that the operation writes.
func (o *Operation) Weight() int { return o.Prepared.Weight(len(o.found.ids)) }

// maxShared is the largest number of records that a member may touch without a transaction of its own.
const maxShared = 64

// Queue returns where a member waits that writes about this many records.
func Queue(weight int) writer.Queue {
	if weight > maxShared {
		return writer.Bulk
	}
	return writer.Commits
}

// Run applies the operation. A broken rule is an outcome, and then nothing of the operation was written.
func (o *Operation) Run(tx *writer.Tx) error {
	if now := o.records.Catalog.Newest(); o.stale(now) {
		o.prepare(now) // a collection changed since prepare
	}
	o.Outcome = collection.Outcome{}
	if o.Violation != nil {
		o.Outcome.Violation = o.Violation
		return nil
	}
	var do func(*writer.Tx) (*collection.Violation, error)
	switch {
	case recordplan.IsSingleCreate(o.Op):
		do = o.createOne
		if !o.table.Files {
			broken, err := do(tx)
			o.Outcome.Violation = broken
			return err
		}
	case o.Op.Kind == collection.Create:
		do = o.createMany
	case o.Op.Kind == collection.Update:
		do = o.update
	default:
		do = o.delete
	}
	broken, err := tx.Savepoint(func() (*collection.Violation, error) { return do(tx) })
	if broken != nil {
		o.Outcome = collection.Outcome{Violation: broken}
	}
	return err
}
