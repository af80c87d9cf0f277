package sqlite

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// create writes a new record under the table's next id. It is a single statement, so a violation leaves nothing
// behind. Records with files need several statements, and the caller must use a savepoint.
func (w *writer) create(t *table, a *collection.Admitted) (id int64, broken *collection.Violation, err error) {
	id = t.next
	if a.Created.Before(t.newest) { // times arrive out of order; createdAt must not decrease
		*a = a.At(t.newest)
	}
	if broken, err = w.insertRecord(t, id, a); broken == nil && err == nil && t.blobs {
		broken, err = w.referenceBlobs(t, id, a.Cells)
	}
	return id, broken, err
}

// insertRecord inserts a record. It returns a violation if another record has the same value in a unique field,
// or if a belongsTo refers to a record that does not exist.
func (w *writer) insertRecord(t *table, id int64, a *collection.Admitted) (*collection.Violation, error) {
	for _, at := range t.belongs {
		if broken, err := w.checkTarget(t, id, at, a.Cells[at]); broken != nil || err != nil {
			return broken, err
		}
	}
	if t.insert == nil {
		s, err := w.statement(t.insertSQL())
		if err != nil {
			return nil, err
		}
		t.insert = s
	}
	s := t.insert
	s.Int(1, id)
	s.Time(2, a.Created)
	s.Time(3, a.Created)
	for i, at := range t.stored {
		s.Cell(i+rowHead+1, &a.Cells[at])
	}
	if err := w.run(s); err != nil {
		return t.conflict(a.Cells, err)
	}
	t.newest = a.Created
	t.next = id + 1 // kept after a rollback: this leaves a gap, but never reuses an id
	return nil, nil
}

// conflict converts the error of a UNIQUE constraint to a violation. It returns every other error unchanged.
func (t *table) conflict(cells []collection.Cell, err error) (*collection.Violation, error) {
	if conn.Extended(err) == conn.ConstraintUnique {
		return t.duplicate(err, cells), nil
	}
	return nil, err
}

// duplicate returns the violation for SQLite's message, which ends with the columns: "UNIQUE constraint failed:
// c_people.f_email, c_people.f_name".
func (t *table) duplicate(err error, cells []collection.Cell) *collection.Violation {
	_, list, _ := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	list, _, _ = strings.Cut(list, " (code")
	var fields []string
	for part := range strings.SplitSeq(list, ", ") {
		_, field, _ := strings.Cut(part, "."+column(""))
		fields = append(fields, field)
	}
	return recordplan.Duplicate(&t.Collection, fields, cells)
}

// createOne creates the record of a plain Create.
func (o *operation) createOne(w *writer) (*collection.Violation, error) {
	id, broken, err := w.create(o.table, &o.One)
	if broken == nil && err == nil {
		o.Outcome.Record = o.One.JSON(id)
	}
	return broken, err
}

// createMany creates the records of an array. For an upsert it changes the records that exist and creates the
// others.
func (o *operation) createMany(w *writer) (*collection.Violation, error) {
	var shown recordplan.Results
	array := o.Op.Values.Kind() == value.KindArray
	for i := range o.Many {
		broken, err := o.put(w, i, &shown)
		switch {
		case err != nil:
			return nil, err
		case broken != nil && array:
			return broken.At(i), nil
		case broken != nil:
			return broken, nil
		}
	}
	o.Outcome.Record = shown.Value()
	if !array {
		o.Outcome.Record = shown.First()
	}
	return nil, nil
}

// put writes one of many records.
func (o *operation) put(w *writer, i int, shown *recordplan.Results) (*collection.Violation, error) {
	a := &o.Many[i]
	if o.Key != nil {
		old, err := o.lookUp(w, a)
		if err != nil {
			return nil, err
		}
		if old.ID != 0 {
			p := &o.Patches[i]
			record, broken, err := w.updateRecord(o.table, old, p, o.table.updateSQL(p))
			shown.Add(old.ID, record)
			return broken, err
		}
	}
	id, broken, err := w.create(o.table, a)
	if broken != nil || err != nil {
		return broken, err
	}
	record := value.Value{}
	if !shown.Large() {
		record = a.JSON(id)
	}
	shown.Add(id, record)
	return nil, nil
}

// lookUp returns the record that an upsert changes. Its id is 0 if there is none.
func (o *operation) lookUp(w *writer, a *collection.Admitted) (old collection.Row, err error) {
	t, q := o.table, &clause{}
	q.text(t.selectSQL(), " WHERE ")
	for i, at := range o.Key {
		if i > 0 {
			q.text(" AND ")
		}
		q.text(tableAlias, `"`, column(t.Fields[at].Name), `" = `)
		q.cell(a.Cells[at])
	}
	err = w.find(q, func(s *conn.Stmt) { old = t.row(s) })
	return old, err
}
