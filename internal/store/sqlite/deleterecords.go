package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// dependents implements recordplan.Dependents. Deletions cascade here instead of through SQLite's foreign keys,
// which would delete all dependents in one statement, however many there are, and at most 1000 levels deep.
type dependents struct {
	w   *writer
	cat *catalog
	now time.Time
}

// Dependent finds a record that refers to another, through the index that every belongsTo field has.
func (d *dependents) Dependent(ref recordplan.Reference, id int64) (dependent int64, err error) {
	q := &clause{}
	q.text("SELECT id FROM ", tableName(ref.By), ` WHERE "`, column(ref.Field.Name), `" = `)
	q.int(id)
	q.text(" LIMIT 1")
	err = d.w.find(q, func(s *conn.Stmt) { dependent = s.ColumnInt(0) })
	return dependent, err
}

// Detach sets a belongsTo field to null. updatedAt always increases, even if the clock does not, because it
// serves as an ETag.
func (d *dependents) Detach(ref recordplan.Reference, id int64) error {
	q := &clause{}
	q.text("UPDATE ", tableName(ref.By), ` SET "`, column(ref.Field.Name), `" = NULL, updated_at = max(updated_at + 1, `)
	q.int(d.now.UnixMicro())
	q.text(") WHERE id = ")
	q.int(id)
	return d.w.find(q, nil)
}

// Delete deletes a record and its references to blobs.
func (d *dependents) Delete(k recordplan.Key) error {
	q := &clause{}
	q.text("DELETE FROM ", tableName(k.Collection), " WHERE id = ")
	q.int(k.ID)
	if err := d.w.find(q, nil); err != nil {
		return err
	}
	if !d.cat.tables[k.Collection].blobs {
		return nil
	}
	return d.w.exec(`DELETE FROM record_blobs WHERE collection = ?1 AND record = ?2`, k.Collection, k.ID)
}

// remove applies a Delete.
func (o *operation) remove(w *writer) (*collection.Violation, error) {
	count, last := int64(0), o.Op.From.After
	d := &dependents{w: w, cat: w.store.catalog.Load(), now: o.Now}
	cascade := recordplan.NewCascade(d, d.cat.references)
	broken, err := o.eachTarget(w, func(row collection.Row) (*collection.Violation, error) {
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
		if err := w.exec(`UPDATE collections SET next_id = ?2 WHERE name = ?1 AND next_id < ?2`, name, d.cat.tables[name].next); err != nil {
			return nil, err
		}
	}
	if cascade.Exhausted { // the next write continues with the record that still has dependents
		o.found.more, o.found.after, o.found.most = true, last, max(o.found.most, o.table.next-1)
		if o.Op.From.Most > 0 {
			o.found.most = o.Op.From.Most
		}
	}
	o.Finish(count, nil, o.found.next())
	return nil, nil
}
