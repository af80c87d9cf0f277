package records

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

// create writes a new record under the table's next id. It is a single statement, so a violation leaves nothing
// behind. Records with files need several statements, and the caller must use a savepoint.
func (o *Operation) create(tx *writer.Tx, a *collection.Admitted) (id int64, broken *collection.Violation, err error) {
	t := o.table
	id = t.Next
	if a.Created.Before(t.Newest) { // times arrive out of order; createdAt must not decrease
		*a = a.At(t.Newest)
	}
	if broken, err = o.insert(tx, id, a); broken == nil && err == nil && t.Files {
		broken, err = o.records.Blobs.Reference(tx, t, id, a.Cells)
	}
	return id, broken, err
}

// insert inserts a record. It returns a violation if another record has the same value in a unique field,
// or if a belongsTo refers to a record that does not exist.
func (o *Operation) insert(tx *writer.Tx, id int64, a *collection.Admitted) (*collection.Violation, error) {
	t := o.table
	for _, at := range t.Belongs {
		if broken, err := t.CheckTarget(tx, id, at, a.Cells[at]); broken != nil || err != nil {
			return broken, err
		}
	}
	if t.Insert == nil {
		s, err := tx.Statement(t.InsertSQL())
		if err != nil {
			return nil, err
		}
		t.Insert = s
	}
	s := t.Insert
	s.Int(1, id)
	s.Time(2, a.Created)
	s.Time(3, a.Created)
	for i, at := range t.Stored {
		s.Cell(i+tables.RowHead+1, &a.Cells[at])
	}
	if err := tx.Run(s); err != nil {
		return conflict(t, a.Cells, err)
	}
	t.Newest = a.Created
	t.Next = id + 1 // kept after a rollback: this leaves a gap, but never reuses an id
	return nil, nil
}

// conflict converts the error of a UNIQUE constraint to a violation. It returns every other error unchanged.
func conflict(t *tables.Table, cells []collection.Cell, err error) (*collection.Violation, error) {
	if conn.Extended(err) == conn.ConstraintUnique {
		return duplicate(t, err, cells), nil
	}
	return nil, err
}

// duplicate returns the violation for SQLite's message, which ends with the columns: "UNIQUE constraint failed:
// c_people.f_email, c_people.f_name".
func duplicate(t *tables.Table, err error, cells []collection.Cell) *collection.Violation {
	_, list, _ := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	list, _, _ = strings.Cut(list, " (code")
	var fields []string
	for part := range strings.SplitSeq(list, ", ") {
		_, field, _ := strings.Cut(part, "."+tables.Column(""))
		fields = append(fields, field)
	}
	return recordplan.Duplicate(&t.Collection, fields, cells)
}

// createOne creates the record of a plain Create.
func (o *Operation) createOne(tx *writer.Tx) (*collection.Violation, error) {
	id, broken, err := o.create(tx, &o.One)
	if broken == nil && err == nil {
		o.Outcome.Record = o.One.JSON(id)
	}
	return broken, err
}

// createMany creates the records of an array. For an upsert it changes the records that exist and creates the
// others.
func (o *Operation) createMany(tx *writer.Tx) (*collection.Violation, error) {
	var shown recordplan.Results
	array := o.Op.Values.Kind() == value.KindArray
	for i := range o.Many {
		broken, err := o.put(tx, i, &shown)
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
func (o *Operation) put(tx *writer.Tx, i int, shown *recordplan.Results) (*collection.Violation, error) {
	a := &o.Many[i]
	if o.Key != nil {
		old, err := o.lookUp(tx, a)
		if err != nil {
			return nil, err
		}
		if old.ID != 0 {
			p := &o.Patches[i]
			record, broken, err := o.updateRecord(tx, old, p, updateSQL(o.table, p))
			shown.Add(old.ID, record)
			return broken, err
		}
	}
	id, broken, err := o.create(tx, a)
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
func (o *Operation) lookUp(tx *writer.Tx, a *collection.Admitted) (old collection.Row, err error) {
	t, q := o.table, &tables.Clause{}
	q.Text(t.SelectSQL(), " WHERE ")
	for i, at := range o.Key {
		if i > 0 {
			q.Text(" AND ")
		}
		q.Text(tables.Alias, `"`, tables.Column(t.Fields[at].Name), `" = `)
		q.Cell(a.Cells[at])
	}
	err = q.Each(tx, func(s *conn.Stmt) { old = t.Row(s) })
	return old, err
}
