package sqlite

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
)

// operation is a collection.Op in the writer's queue: prepared, and with the selected records found.
type operation struct {
	recordplan.Prepared
	cat   *catalog // the catalog it was prepared with
	table *table   // nil if there is no such collection
	found targets
}

// prepare runs in the caller's goroutine, and again in the writer's if the catalog has changed.
func (o *operation) prepare(cat *catalog) {
	o.cat, o.table = cat, cat.tables[o.Op.Collection]
	o.Prepare(cat)
}

// stale reports whether the relevant collections have changed since prepare.
func (o *operation) stale(now *catalog) bool {
	if o.Op.Kind == collection.Create {
		return o.table != now.tables[o.Op.Collection]
	}
	return o.cat != now // a filter may use other collections too
}

// weight returns the approximate number of records that the operation writes.
func (o *operation) weight() int { return o.Weight(len(o.found.ids)) }

// run applies the operation. A broken rule is an outcome, and then nothing of the operation was written.
func (o *operation) run(w *writer) error {
	if now := w.store.catalog.Load(); o.stale(now) {
		o.prepare(now) // a collection changed since prepare
	}
	w.trim(maxShapes)
	o.Outcome = collection.Outcome{}
	if o.Violation != nil {
		o.Outcome.Violation = o.Violation
		return nil
	}
	var do func(*writer) (*collection.Violation, error)
	switch {
	case recordplan.IsSingleCreate(o.Op):
		do = o.createOne
		if !o.table.blobs {
			broken, err := do(w)
			o.Outcome.Violation = broken
			return err
		}
	case o.Op.Kind == collection.Create:
		do = o.createMany
	case o.Op.Kind == collection.Update:
		do = o.change
	default:
		do = o.remove
	}
	broken, err := w.whole(func() (*collection.Violation, error) { return do(w) })
	if broken != nil {
		o.Outcome = collection.Outcome{Violation: broken}
	}
	return err
}

// whole runs do in a savepoint: if do returns a violation, its writes are rolled back and the rest of the
// transaction remains. After an error the whole transaction is rolled back, including the savepoint.
func (w *writer) whole(do func() (*collection.Violation, error)) (*collection.Violation, error) {
	if err := w.exec("SAVEPOINT op"); err != nil {
		return nil, err
	}
	broken, err := do()
	if err != nil {
		return nil, err
	}
	if broken != nil {
		if err := w.exec("ROLLBACK TO op"); err != nil {
			return nil, err
		}
	}
	return broken, w.exec("RELEASE op")
}
