package sqlite

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// change applies an Update. For each target that still matches the filter, it computes the new record from the
// current one.
func (o *operation) change(w *writer) (*collection.Violation, error) {
	count, shown, sql := int64(0), recordplan.Results{}, o.table.updateSQL(&o.Patch)
	broken, err := o.eachTarget(w, func(old collection.Row) (*collection.Violation, error) {
		record, broken, err := w.updateRecord(o.table, old, &o.Patch, sql)
		if broken != nil || err != nil {
			return broken, err
		}
		count++
		shown.Add(old.ID, record)
		return nil, nil
	})
	if broken != nil || err != nil {
		return broken, err
	}
	o.Finish(count, &shown, o.found.next())
	return nil, nil
}

// eachTarget calls do for each target that still matches the filter. With IfUpdatedAt, a record that was changed
// since then is a violation.
func (o *operation) eachTarget(w *writer, do func(collection.Row) (*collection.Violation, error)) (*collection.Violation, error) {
	ids := o.found.ids
	if o.found.unique {
		var err error
		if ids, err = o.findUnique(w.find); err != nil {
			return nil, err
		}
	}
	q := &clause{}
	q.text(o.table.selectSQL(), " WHERE t.id = ")
	q.int(0)
	q.text(" AND ")
	q.where(o.Filter)
	sql := q.sql.String()
	for _, id := range ids {
		q.cells[0].Int = id
		var row collection.Row
		if err := w.findBy(sql, q.cells, func(s *conn.Stmt) { row = o.table.row(s) }); err != nil {
			return nil, err
		}
		if row.ID == 0 {
			continue
		}
		if broken := o.CheckUnchanged(&row); broken != nil {
			return broken, nil
		}
		if broken, err := do(row); broken != nil || err != nil {
			return broken, err
		}
	}
	return nil, nil
}

// updateSQL returns the UPDATE statement for a patch.
func (t *table) updateSQL(p *collection.Patch) string {
	var sets strings.Builder
	for i, set := range p.Sets {
		sets.WriteString(`, "` + column(t.Fields[set.Index].Name) + `" = ?` + itoa(i+3))
	}
	return "UPDATE " + tableName(t.Name) + " SET updated_at = ?2" + sets.String() + " WHERE id = ?1"
}

// updateRecord applies a patch with its statement and returns the new record. Like create, it is a single
// statement if the collection has no files.
func (w *writer) updateRecord(t *table, old collection.Row, p *collection.Patch, sql string) (value.Value, *collection.Violation, error) {
	row, record, broken := t.Amend(old, *p)
	if broken != nil {
		return value.Value{}, broken, nil
	}
	for _, set := range p.Sets {
		if broken, err := w.checkTarget(t, row.ID, set.Index, row.Cells[set.Index]); broken != nil || err != nil {
			return value.Value{}, broken, err
		}
	}
	s, err := w.shape(sql)
	if err != nil {
		return value.Value{}, nil, err
	}
	s.Int(1, row.ID)
	s.Time(2, row.Updated)
	for i, set := range p.Sets {
		s.Cell(i+3, &row.Cells[set.Index])
	}
	if err := w.run(s); err != nil {
		broken, err := t.conflict(row.Cells, err)
		return value.Value{}, broken, err
	}
	if t.blobs {
		if broken, err := w.updateBlobReferences(t, old, row); broken != nil || err != nil {
			return value.Value{}, broken, err
		}
	}
	return record, nil, nil
}

// find runs a clause and calls f for each row.
func (w *writer) find(q *clause, f func(*conn.Stmt)) error {
	return w.findBy(q.sql.String(), q.cells, f)
}

// findBy is find for a clause that is used repeatedly.
func (w *writer) findBy(sql string, cells []collection.Cell, f func(*conn.Stmt)) error {
	s, err := w.shape(sql)
	if err != nil {
		return err
	}
	s.Cells(cells)
	return s.Each(f, w.step)
}
