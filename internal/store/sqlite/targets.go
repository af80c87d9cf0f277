package sqlite

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// targets are the records that an Update or Delete may touch in one write. A reader finds them before the
// operation is queued, so the writer reads only the records it changes, however many the filter has to scan. The
// write checks each of them again and skips those that no longer match. A record that starts to match in between
// is not part of the operation.
type targets struct {
	ids    []int64
	after  int64 // last id that was scanned
	most   int64 // largest id to scan; fixed by the first write of an operation
	more   bool  // there may be more targets between after and most
	unique bool  // the filter selects one record by a unique field; the writer finds it through the index
}

// One read transaction scans at most maxWindow records, because a long one keeps the log from starting over. The
// first window is small, because most filters match many of the records that they scan.
const (
	firstWindow = 2 * collection.OpChunk
	maxWindow   = 50_000
	windowGrows = 8 // factor from one window to the next
)

// findTargets finds the records that a filtered operation touches in its next write, at most OpChunk.
func (s *Store) findTargets(o *operation) error {
	if o.Violation != nil || o.Op.Kind == collection.Create {
		return nil
	}
	if o.found.unique = recordplan.SelectsOne(o.Filter); o.found.unique {
		return nil
	}
	found := targets{after: o.Op.From.After, most: o.Op.From.Most}
	for size := firstWindow; ; size = min(windowGrows*size, maxWindow) {
		if err := s.readForWrite("sqlite.findTargets", func(r *reader) error { return r.scanWindow(o, &found, size) }); err != nil {
			return err
		}
		if !found.more || len(found.ids) > collection.OpChunk {
			break
		}
	}
	if len(found.ids) > collection.OpChunk {
		found.ids, found.more = found.ids[:collection.OpChunk], true
		found.after = found.ids[collection.OpChunk-1]
	}
	o.found = found
	return nil
}

// scanWindow adds the matching records of one window. It adds at most one more than OpChunk; the extra one shows
// that there are more.
func (r *reader) scanWindow(o *operation, found *targets, size int) error {
	if now, err := r.catalog(); err != nil || o.stale(now) {
		if err != nil {
			return err
		}
		if o.prepare(now); o.Violation != nil {
			found.more = false
			return nil
		}
	}
	t := tableName(o.table.Name)
	if found.most == 0 {
		if err := r.query("SELECT coalesce(max(id), 0) FROM "+t, func(s *conn.Stmt) { found.most = s.ColumnInt(0) }); err != nil {
			return err
		}
	}
	path, err := r.accessPath(o.table, o.Filter)
	if err != nil {
		return err
	}
	// The first statement finds the id at which the window ends: that of its last record on the access path. The
	// second statement applies the whole filter up to this id.
	end, q := found.most, &clause{}
	q.text("SELECT t.id FROM ", t, " t", path.hint(), " WHERE ")
	q.where(&collection.Bound{Op: collection.And, Parts: path.conditions})
	q.idBetween(found.after, found.most)
	q.text(" ORDER BY t.id LIMIT 1 OFFSET ")
	q.int(int64(size) - 1)
	found.more = false
	if err := r.find(q, func(s *conn.Stmt) { end, found.more = s.ColumnInt(0), true }); err != nil {
		return err
	}
	q = &clause{}
	q.text("SELECT t.id FROM ", t, " t", path.hint(), " WHERE ")
	q.where(o.Filter)
	q.idBetween(found.after, end)
	q.text(" ORDER BY t.id LIMIT ")
	q.int(int64(collection.OpChunk + 1 - len(found.ids)))
	found.after = end
	return r.find(q, func(s *conn.Stmt) { found.ids = append(found.ids, s.ColumnInt(0)) })
}

// idBetween adds the condition after < id <= most.
func (q *clause) idBetween(after, most int64) {
	q.text(" AND t.id > ")
	q.int(after)
	q.text(" AND t.id <= ")
	q.int(most)
}

// findUnique finds the record that a filter selects by a unique field. It runs in the writer's goroutine.
func (o *operation) findUnique(find func(*clause, func(*conn.Stmt)) error) (ids []int64, err error) {
	q := &clause{}
	q.text("SELECT t.id FROM ", tableName(o.table.Name), " t WHERE ")
	q.where(o.Filter)
	err = find(q, func(s *conn.Stmt) { ids = append(ids, s.ColumnInt(0)) })
	return ids, err
}

// next returns where the next write of the operation continues, nil if this one is the last.
func (f *targets) next() *collection.Progress {
	if !f.more {
		return nil
	}
	return &collection.Progress{After: f.after, Most: f.most}
}
