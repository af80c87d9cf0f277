package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// operation is a collection.Op in the writer's queue, with everything that can be computed before the writer
// runs: values are admitted, the filter is bound, and the selected records are found.
type operation struct {
	op     *collection.Op
	now    time.Time
	cat    *catalog              // the catalog it was prepared with
	table  *table                // nil if there is no such collection
	broken *collection.Violation // a violation that was found before the writer runs

	one     collection.Admitted   // for a Create of one record
	many    []collection.Admitted // for any other Create
	key     []int                 // for an upsert: the fields that identify a record
	patches []collection.Patch    // for an upsert: the change of an existing record, by index in many
	patch   collection.Patch      // for an Update
	filter  *collection.Bound     // for an Update or Delete
	found   targets

	out collection.Outcome
}

// isSingleCreate reports whether an Op creates one record and is no upsert. Most operations are of this kind, and
// they need a single statement.
func isSingleCreate(op *collection.Op) bool {
	return op.Kind == collection.Create && op.Upsert == nil && op.Values.Kind() != value.KindArray
}

// prepare computes everything that follows from the collections in cat. It runs in the caller's goroutine, and
// again in the writer's if the catalog has changed.
func (o *operation) prepare(cat *catalog) {
	o.cat, o.table, o.broken = cat, cat.tables[o.op.Collection], o.op.Check()
	switch {
	case o.broken != nil:
	case o.table == nil:
		o.broken = cat.unknown(o.op.Collection)
	case isSingleCreate(o.op):
		o.one, o.broken = o.table.Admit(o.op.Values, o.now)
	case o.op.Kind == collection.Create:
		o.broken = o.admitMany()
	case o.op.Kind == collection.Update:
		if o.patch, o.broken = o.table.AdmitUpdate(o.op.Values, o.now); o.broken == nil {
			o.filter, o.broken = o.table.CheckFilter(o.op.Filter, cat.other)
		}
	default:
		o.filter, o.broken = o.table.CheckFilter(o.op.Filter, cat.other)
	}
}

// stale reports whether the relevant collections have changed since prepare.
func (o *operation) stale(now *catalog) bool {
	if o.op.Kind == collection.Create {
		return o.table != now.tables[o.op.Collection]
	}
	return o.cat != now // a filter may use other collections too
}

// admitMany admits the records of an array, or the single record of an upsert.
func (o *operation) admitMany() (broken *collection.Violation) {
	o.many, o.patches, o.key = nil, nil, nil
	if o.op.Upsert != nil {
		if o.key, broken = o.table.CheckUpsert(o.op.Upsert); broken != nil {
			return broken
		}
	}
	if o.op.Values.Kind() != value.KindArray {
		return o.admitOne(o.op.Values)
	}
	n := o.op.Values.Len()
	if n > collection.MaxBulk {
		return &collection.Violation{Code: collection.CodeTooLarge, Message: "the array has " + itoa(n) + " records; one operation makes at most " + itoa(collection.MaxBulk)}
	}
	o.many = make([]collection.Admitted, 0, n)
	for values := range o.op.Values.Elements() {
		if broken := o.admitOne(values); broken != nil {
			return broken.At(len(o.many))
		}
	}
	return nil
}

func (o *operation) admitOne(values value.Value) *collection.Violation {
	a, broken := o.table.Admit(values, o.now)
	if broken != nil {
		return broken
	}
	if o.key != nil {
		if _, broken := o.table.UpsertKey(o.key, a); broken != nil {
			return broken
		}
		p, broken := o.table.AdmitUpdate(values, o.now)
		if broken != nil {
			return broken
		}
		o.patches = append(o.patches, p)
	}
	o.many = append(o.many, a)
	return nil
}

// weight returns the approximate number of records that the operation writes.
func (o *operation) weight() int {
	if o.broken != nil {
		return 0
	}
	return max(len(o.many), len(o.found.ids), 1)
}

// run applies the operation. A broken rule is an outcome, and then nothing of the operation was written.
func (o *operation) run(w *writer) error {
	if now := w.store.catalog.Load(); o.stale(now) {
		o.prepare(now) // a collection changed since prepare
	}
	w.trim(maxShapes)
	o.out = collection.Outcome{}
	if o.broken != nil {
		o.out.Violation = o.broken
		return nil
	}
	var do func(*writer) (*collection.Violation, error)
	switch {
	case isSingleCreate(o.op):
		do = o.createOne
		if !o.table.blobs {
			broken, err := do(w)
			o.out.Violation = broken
			return err
		}
	case o.op.Kind == collection.Create:
		do = o.createMany
	case o.op.Kind == collection.Update:
		do = o.change
	default:
		do = o.remove
	}
	broken, err := w.whole(func() (*collection.Violation, error) { return do(w) })
	if broken != nil {
		o.out = collection.Outcome{Violation: broken}
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
