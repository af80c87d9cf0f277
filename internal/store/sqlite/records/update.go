package records

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

// update applies an Update. For each target that still matches the filter, it computes the new record from the
// current one.
func (o *Operation) update(tx *writer.Tx) (*collection.Violation, error) {
	count, shown, sql := int64(0), recordplan.Results{}, updateSQL(o.table, &o.Patch)
	broken, err := o.eachTarget(tx, func(old collection.Row) (*collection.Violation, error) {
		record, broken, err := o.updateRecord(tx, old, &o.Patch, sql)
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
func (o *Operation) eachTarget(tx *writer.Tx, do func(collection.Row) (*collection.Violation, error)) (*collection.Violation, error) {
	ids := o.found.ids
	if o.found.unique {
		var err error
		if ids, err = o.findUnique(tx); err != nil {
			return nil, err
		}
	}
	q := &tables.Clause{}
	q.Text(o.table.SelectSQL(), " WHERE t.id = ")
	q.Int(0)
	q.Text(" AND ")
	q.Where(o.Filter)
	sql := q.SQL()
	for _, id := range ids {
		q.Cells[0].Int = id
		var row collection.Row
		if err := tx.QueryCells(sql, q.Cells, func(s *conn.Stmt) { row = o.table.Row(s) }); err != nil {
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
func updateSQL(t *tables.Table, p *collection.Patch) string {
	var sets strings.Builder
	for i, set := range p.Sets {
		sets.WriteString(`, "` + tables.Column(t.Fields[set.Index].Name) + `" = ?` + strconv.Itoa(i+3))
	}
	return "UPDATE " + tables.Name(t.Name) + " SET updated_at = ?2" + sets.String() + " WHERE id = ?1"
}

// updateRecord applies a patch with its statement and returns the new record. Like create, it is a single
// statement if the collection has no files.
func (o *Operation) updateRecord(tx *writer.Tx, old collection.Row, p *collection.Patch, sql string) (value.Value, *collection.Violation, error) {
	t := o.table
	row, record, broken := t.Amend(old, *p)
	if broken != nil {
		return value.Value{}, broken, nil
	}
	for _, set := range p.Sets {
		if broken, err := t.CheckTarget(tx, row.ID, set.Index, row.Cells[set.Index]); broken != nil || err != nil {
			return value.Value{}, broken, err
		}
	}
	s, err := tx.Cached(sql)
	if err != nil {
		return value.Value{}, nil, err
	}
	s.Int(1, row.ID)
	s.Time(2, row.Updated)
	for i, set := range p.Sets {
		s.Cell(i+3, &row.Cells[set.Index])
	}
	if err := tx.Run(s); err != nil {
		broken, err := conflict(t, row.Cells, err)
		return value.Value{}, broken, err
	}
	if t.Files {
		if broken, err := o.records.Blobs.Update(tx, t, old, row); broken != nil || err != nil {
			return value.Value{}, broken, err
		}
	}
	return record, nil, nil
}
