package tables

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Relations are enforced here and not by REFERENCES clauses. There is one writer, so the data that it reads in
// its transaction is still true when it commits. Each of the three ways to break a relation is checked:
//
//   - A record that refers to another is written: CheckTarget, for each belongsTo that an INSERT or UPDATE sets.
//   - A record that others refer to is deleted: recordplan.Cascade, which package records runs.
//   - A field becomes a belongsTo: package definitions, in retype.go.
//
// The columns remain plain integers, so SQLite can drop one with ALTER TABLE after its index, and makes no second
// check of its own.

// CheckTarget returns a violation if a belongsTo refers to a record that does not exist. A record may refer to
// itself, also in the INSERT that creates it. Null and fields of other types always pass.
func (t *Table) CheckTarget(tx *writer.Tx, id int64, at int, cell collection.Cell) (*collection.Violation, error) {
	f := &t.Fields[at]
	if f.Relation != collection.BelongsTo || cell.Kind == collection.CellNull || f.Target == t.Name && cell.Int == id {
		return nil, nil
	}
	there, err := Exists(tx, f.Target, cell.Int)
	if there || err != nil {
		return nil, err
	}
	return f.NoTarget(cell.Int), nil
}

// Exists reports whether a collection contains a record.
func Exists(tx *writer.Tx, name string, id int64) (found bool, err error) {
	q := &Clause{}
	q.Text("SELECT 1 FROM ", Name(name), " WHERE id = ")
	q.Int(id)
	err = q.Each(tx, func(*conn.Stmt) { found = true })
	return found, err
}
