package sqlite

import (
	"hookline.dev/hookline/internal/collection"
)

// remove does a Delete.
func (o *operation) remove(w *writer) (*collection.Violation, error) {
	count, last := int64(0), o.op.From.After
	r := removal{w: w, cat: w.store.catalog.Load(), now: o.now, budget: maxDependents, deleted: make(map[recordKey]bool)}
	broken, err := o.eachTarget(w, func(row collection.Row) (*collection.Violation, error) {
		n := recordKey{o.table, row.ID}
		if r.exhausted || r.deleted[n] {
			return nil, nil
		}
		broken, err := r.delete(n)
		if broken == nil && err == nil && !r.exhausted {
			last = row.ID
			count++
		}
		return broken, err
	})
	if broken != nil || err != nil {
		return broken, err
	}
	if err := r.keepIDs(); err != nil {
		return nil, err
	}
	if r.exhausted { // it goes on with the record that still has dependents
		o.found.more, o.found.after, o.found.most = true, last, max(o.found.most, o.table.next-1)
		if o.op.From.Most > 0 {
			o.found.most = o.op.From.Most
		}
	}
	o.finish(count, nil)
	return nil, nil
}

// keepIDs notes which ids have been given out: after a restart the largest that is left says nothing.
func (r *removal) keepIDs() error {
	done := make(map[*table]bool)
	for n := range r.deleted {
		if done[n.table] {
			continue
		}
		done[n.table] = true
		if err := r.w.exec(`UPDATE collections SET next_id = ?2 WHERE name = ?1 AND next_id < ?2`, n.table.Name, n.table.next); err != nil {
			return err
		}
	}
	return nil
}
