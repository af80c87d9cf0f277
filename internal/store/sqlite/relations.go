package sqlite

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Relations are enforced here and not by REFERENCES clauses. There is one writer, so what it reads in its
// transaction is still true when it commits, and each of the three ways to break a relation is checked:
//
//   - a record is written that names another: checkTarget, for each belongsTo that an INSERT or UPDATE sets;
//   - a record is deleted that others name: recordplan.Cascade, in deleterecords.go;
//   - a field becomes a belongsTo: builder.converted, in retype.go.
//
// The columns stay plain integers, so SQLite can drop one with its index by ALTER TABLE, and does no
// second check of its own.

// checkTarget finds a belongsTo that names a record which does not exist. A record may name itself, also in
// the INSERT that creates it. Other fields, and null, are always right.
func (w *writer) checkTarget(t *table, id int64, at int, cell collection.Cell) (*collection.Violation, error) {
	f := &t.Fields[at]
	if f.Relation != collection.BelongsTo || cell.Kind == collection.CellNull || f.Target == t.Name && cell.Int == id {
		return nil, nil
	}
	there, err := w.exists(f.Target, cell.Int)
	if there || err != nil {
		return nil, err
	}
	return f.NoTarget(cell.Int), nil
}

// exists reports whether a collection has a record.
func (w *writer) exists(name string, id int64) (found bool, err error) {
	q := &clause{}
	q.text("SELECT 1 FROM ", tableName(name), " WHERE id = ")
	q.int(id)
	err = w.find(q, func(*conn.Stmt) { found = true })
	return found, err
}
