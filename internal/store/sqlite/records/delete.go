package records

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// dependents implements recordplan.Dependents. Deletions cascade here instead of through SQLite's foreign keys,
// which would delete all dependents in one statement, however many there are, and at most 1000 levels deep.
type dependents struct {
	tx  *writer.Tx
	cat *tables.Catalog
	now time.Time
}

// Dependent finds a record that refers to another, through the index that every belongsTo field has.
func (d *dependents) Dependent(ref recordplan.Reference, id int64) (dependent int64, err error) {
	q := &tables.Clause{}
	q.Text("SELECT id FROM ", tables.Name(ref.By), ` WHERE "`, tables.Column(ref.Field.Name), `" = `)
	q.Int(id)
	q.Text(" LIMIT 1")
	err = q.Each(d.tx, func(s *conn.Stmt) { dependent = s.ColumnInt(0) })
	return dependent, err
}

// Detach sets a belongsTo field to null. updatedAt always increases, even if the clock does not, because it
// serves as an ETag.
func (d *dependents) Detach(ref recordplan.Reference, id int64) error {
	q := &tables.Clause{}
	q.Text("UPDATE ", tables.Name(ref.By), ` SET "`, tables.Column(ref.Field.Name), `" = NULL, updated_at = max(updated_at + 1, `)
	q.Int(d.now.UnixMicro())
	q.Text(") WHERE id = ")
	q.Int(id)
	return q.Each(d.tx, nil)
}

// Delete deletes a record and its references to blobs.
func (d *dependents) Delete(k recordplan.Key) error {
	q := &tables.Clause{}
	q.Text("DELETE FROM ", tables.Name(k.Collection), " WHERE id = ")
	q.Int(k.ID)
	if err := q.Each(d.tx, nil); err != nil {
		return err
	}
	if !d.cat.Tables[k.Collection].Files {
		return nil
	}
	return d.tx.Exec(`DELETE FROM record_blobs WHERE collection = ?1 AND record = ?2`, k.Collection, k.ID)
}

// delete applies a Delete.
func (o *Operation) delete(tx *writer.Tx) (*collection.Violation, error) {
	count, last := int64(0), o.Op.From.After
	d := &dependents{tx: tx, cat: o.records.Catalog.Newest(), now: o.Now}
	cascade := recordplan.NewCascade(d, d.cat.References)
	broken, err := o.eachTarget(tx, func(row collection.Row) (*collection.Violation, error) {
		k := recordplan.Key{Collection: o.table.Name, ID: row.ID}
		if cascade.Exhausted || cascade.Deleted(k) {
			return nil, nil
		}
		broken, err := cascade.Delete(k)
		if broken == nil && err == nil && !cascade.Exhausted {
			last = row.ID
			count++
		}
		return broken, err
	})
	if broken != nil || err != nil {
		return broken, err
	}
	for _, name := range cascade.Collections() {
		// After a restart the largest remaining id does not show which ids were used before.
		if err := tx.Exec(`UPDATE collections SET next_id = ?2 WHERE name = ?1 AND next_id < ?2`, name, d.cat.Tables[name].Next); err != nil {
			return nil, err
		}
	}
	if cascade.Exhausted { // the next write continues with the record that still has dependents
		o.found.more, o.found.after, o.found.most = true, last, max(o.found.most, o.table.Next-1)
		if o.Op.From.Most > 0 {
			o.found.most = o.Op.From.Most
		}
	}
	o.Finish(count, nil, o.found.next())
	return nil, nil
}
