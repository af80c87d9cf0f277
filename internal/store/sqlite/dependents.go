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
	w    *writer
	cat  *catalog
	now  time.Time
	left int           // dependents that may still be touched
	full bool          // there are more
	path []frame       // from the record that is to be deleted down to one that nothing depends on
	gone map[node]bool // deleted, or on the path
}

// node is a record.
type node struct {
	table *table
	id    int64
}

// frame is a record on the path.
type frame struct {
	node
	held int // the belongsTos that have been seen to
}

// delete deletes a record, unless there is too much that depends on it for one write.
func (r *removal) delete(root node) (*collection.Violation, error) {
	r.path = r.path[:0]
	if broken, err := r.enter(root); broken != nil || err != nil {
		return broken, err
	}
	for len(r.path) > 0 {
		top := &r.path[len(r.path)-1]
		holds := r.cat.held[top.table.Name]
		if top.held < len(holds) {
			broken, err := r.see(top, holds[top.held])
			if broken != nil || err != nil || r.full {
				return broken, err
			}
			continue
		}
		if len(r.path) > 1 && r.spent() {
			return nil, nil
		}
		if err := r.drop(top.node); err != nil {
			return nil, err
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil, nil
}

// spent takes one from what may be touched.
func (r *removal) spent() bool {
	r.full = r.left == 0
	r.left--
	return r.full
}

// enter puts a record on the path, unless another that may not be left alone holds it.
func (r *removal) enter(n node) (*collection.Violation, error) {
	if len(r.path) == maxLevels {
		return &collection.Violation{Code: collection.CodeTooLarge, Message: "records of " + n.table.Name + " belong to one another more than " +
			itoa(maxLevels) + " levels deep: delete the deepest first"}, nil
	}
	r.path = append(r.path, frame{node: n})
	r.gone[n] = true
	for _, h := range r.cat.held[n.table.Name] {
		if action(h) != collection.Restrict {
			continue
		}
		for {
			child, err := r.child(h, n.id)
			if err != nil || child == 0 {
				if err != nil {
					return nil, err
				}
				break
			}
			if !r.gone[node{h.by, child}] {
				return h.field().Held(h.by.Name, n.id), nil
			}
			if err := r.free(h, child); err != nil { // it is being deleted, too
				return nil, err
			}
		}
	}
	return nil, nil
}

// action is what becomes of the records of a belongsTo.
func action(h hold) collection.OnDelete {
	if a := h.field().OnDelete; a != "" {
		return a
	}
	return collection.Restrict
}

// see sees to one record that belongs to the top of the path, or goes on to the next belongsTo.
func (r *removal) see(top *frame, h hold) (*collection.Violation, error) {
	child, err := r.child(h, top.id)
	switch {
	case err != nil:
		return nil, err
	case child == 0:
		top.held++
		return nil, nil
	case r.gone[node{h.by, child}]:
		return nil, r.free(h, child) // they belong to each other in a circle
	case action(h) == collection.Cascade:
		return r.enter(node{h.by, child})
	case r.spent():
		return nil, nil
	default:
		return nil, r.free(h, child)
	}
}

// child finds a record that belongs to another; 0: there is none.
func (r *removal) child(h hold, id int64) (child int64, err error) {
	q := &clause{}
	q.text("SELECT id FROM ", tableName(h.by.Name), ` WHERE "`, column(h.field().Name), `" = `)
	q.int(id)
	q.text(" LIMIT 1")
	err = r.w.find(q, func(s *conn.Stmt) { child = s.ColumnInt(0) })
	return child, err
}

// free has a record belong to none.
func (r *removal) free(h hold, id int64) error {
	q := &clause{}
	q.text("UPDATE ", tableName(h.by.Name), ` SET "`, column(h.field().Name), `" = NULL, updated_at = max(updated_at + 1, `)
	q.int(r.now.UnixMicro())
	q.text(") WHERE id = ")
	q.int(id)
	return r.w.find(q, nil)
}

func (r *removal) drop(n node) error {
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
