package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Deleting a record cascades here and not in foreign keys of SQLite, which would delete all dependents in one
// statement, however many there are, and no deeper than 1000 levels. One write deletes or detaches at most
// maxDependents records. If there are more, the record that they belong to stays until a later write has
// handled the last one. A restricting record, at any depth, undoes the whole write.

const (
	maxDependents = 1000
	maxLevels     = 10_000 // of records that belong to one another
)

// removal deletes records with all that depends on them, deepest first.
type removal struct {
	w         *writer
	cat       *catalog
	now       time.Time
	budget    int                // dependents that may still be deleted or detached
	exhausted bool               // there are more
	path      []frame            // from the record that is to be deleted down to one that nothing depends on
	deleted   map[recordKey]bool // and those on the path
}

// recordKey names a record.
type recordKey struct {
	table *table
	id    int64
}

// frame is a record on the path.
type frame struct {
	recordKey
	next int // the reference to its collection that is handled next
}

// delete deletes a record, unless there is too much that depends on it for one write.
func (r *removal) delete(root recordKey) (*collection.Violation, error) {
	r.path = r.path[:0]
	if broken, err := r.push(root); broken != nil || err != nil {
		return broken, err
	}
	for len(r.path) > 0 {
		top := &r.path[len(r.path)-1]
		references := r.cat.references[top.table.Name]
		if top.next < len(references) {
			broken, err := r.step(top, references[top.next])
			if broken != nil || err != nil || r.exhausted {
				return broken, err
			}
			continue
		}
		if len(r.path) > 1 && r.exhaust() {
			return nil, nil
		}
		if err := r.drop(top.recordKey); err != nil {
			return nil, err
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil, nil
}

// exhaust takes one from the budget, and reports whether there was none left.
func (r *removal) exhaust() bool {
	r.exhausted = r.budget == 0
	r.budget--
	return r.exhausted
}

// push puts a record on the path, unless another one restricts its deletion.
func (r *removal) push(n recordKey) (*collection.Violation, error) {
	if len(r.path) == maxLevels {
		return &collection.Violation{Code: collection.CodeTooLarge, Message: "records of " + n.table.Name + " belong to one another more than " +
			itoa(maxLevels) + " levels deep: delete the deepest first"}, nil
	}
	r.path = append(r.path, frame{recordKey: n})
	r.deleted[n] = true
	for _, ref := range r.cat.references[n.table.Name] {
		if action(ref) != collection.Restrict {
			continue
		}
		for {
			dependent, err := r.dependent(ref, n.id)
			if err != nil || dependent == 0 {
				if err != nil {
					return nil, err
				}
				break
			}
			if !r.deleted[recordKey{ref.by, dependent}] {
				return ref.field().Held(ref.by.Name, n.id), nil
			}
			if err := r.detach(ref, dependent); err != nil { // it is deleted, too
				return nil, err
			}
		}
	}
	return nil, nil
}

// action is what happens to the records that refer to one that is deleted.
func action(ref reference) collection.OnDelete {
	if a := ref.field().OnDelete; a != "" {
		return a
	}
	return collection.Restrict
}

// step handles one record that belongs to the top of the path, or goes on to the next reference.
func (r *removal) step(top *frame, ref reference) (*collection.Violation, error) {
	dependent, err := r.dependent(ref, top.id)
	switch {
	case err != nil:
		return nil, err
	case dependent == 0:
		top.next++
		return nil, nil
	case r.deleted[recordKey{ref.by, dependent}]:
		return nil, r.detach(ref, dependent) // they belong to each other in a cycle
	case action(ref) == collection.Cascade:
		return r.push(recordKey{ref.by, dependent})
	case r.exhaust():
		return nil, nil
	default:
		return nil, r.detach(ref, dependent)
	}
}

// dependent finds a record that belongs to another; 0: there is none.
func (r *removal) dependent(ref reference, id int64) (dependent int64, err error) {
	q := &clause{}
	q.text("SELECT id FROM ", tableName(ref.by.Name), ` WHERE "`, column(ref.field().Name), `" = `)
	q.int(id)
	q.text(" LIMIT 1")
	err = r.w.find(q, func(s *conn.Stmt) { dependent = s.ColumnInt(0) })
	return dependent, err
}

// detach sets a belongsTo of a record to null.
func (r *removal) detach(ref reference, id int64) error {
	q := &clause{}
	q.text("UPDATE ", tableName(ref.by.Name), ` SET "`, column(ref.field().Name), `" = NULL, updated_at = max(updated_at + 1, `)
	q.int(r.now.UnixMicro())
	q.text(") WHERE id = ")
	q.int(id)
	return r.w.find(q, nil)
}

func (r *removal) drop(n recordKey) error {
	q := &clause{}
	q.text("DELETE FROM ", tableName(n.table.Name), " WHERE id = ")
	q.int(n.id)
	if err := r.w.find(q, nil); err != nil {
		return err
	}
	if !n.table.blobs {
		return nil
	}
	return r.w.exec(`DELETE FROM record_blobs WHERE collection = ?1 AND record = ?2`, n.table.Name, n.id)
}
