package records

import (
	"context"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
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

// FindTargets finds the records that a filtered operation touches in its next write, at most OpChunk.
func (o *Operation) FindTargets() error {
	if o.Violation != nil || o.Op.Kind == collection.Create {
		return nil
	}
	if o.found.unique = recordplan.SelectsOne(o.Filter); o.found.unique {
		return nil
	}
	return o.findInWindows(func(found *targets, size int) error {
		return o.records.Targets.Read(context.Background(), "sqlite.FindTargets", func(r *reader.Reader) error {
			if now, err := o.records.Catalog.Of(r); err != nil || o.stale(now) {
				if err != nil {
					return err
				}
				if o.prepare(now); o.Violation != nil {
					found.more = false
					return nil
				}
			}
			return o.scanWindow(r, found, size)
		})
	})
}

// findTargetsIn is FindTargets in the writer's transaction, whose writes it sees. It runs in the writer's goroutine.
func (o *Operation) findTargetsIn(tx *writer.Tx) error {
	if o.Violation != nil || o.Op.Kind == collection.Create {
		return nil
	}
	if o.found.unique = recordplan.SelectsOne(o.Filter); o.found.unique {
		return nil
	}
	return o.findInWindows(func(found *targets, size int) error { return o.scanWindow(tx, found, size) })
}

// findInWindows scans windows of growing size until there are enough targets.
func (o *Operation) findInWindows(scan func(found *targets, size int) error) error {
	found := targets{after: o.Op.From.After, most: o.Op.From.Most}
	for size := firstWindow; ; size = min(windowGrows*size, maxWindow) {
		if err := scan(&found, size); err != nil {
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
func (o *Operation) scanWindow(r tables.Querier, found *targets, size int) error {
	t := tables.Name(o.table.Name)
	if found.most == 0 {
		if err := r.QueryCells("SELECT coalesce(max(id), 0) FROM "+t, nil, func(s *conn.Stmt) { found.most = s.ColumnInt(0) }); err != nil {
			return err
		}
	}
	path, err := (&table{o.table, r}).accessPath(o.Filter)
	if err != nil {
		return err
	}
	// The first statement finds the id at which the window ends: that of its last record on the access path. The
	// second statement applies the whole filter up to this id.
	end, q := found.most, &tables.Clause{}
	q.Text("SELECT t.id FROM ", t, " t", path.hint(), " WHERE ")
	q.Where(&collection.Bound{Op: collection.And, Parts: path.conditions})
	idBetween(q, found.after, found.most)
	q.Text(" ORDER BY t.id LIMIT 1 OFFSET ")
	q.Int(int64(size) - 1)
	found.more = false
	if err := q.Each(r, func(s *conn.Stmt) { end, found.more = s.ColumnInt(0), true }); err != nil {
		return err
	}
	q = &tables.Clause{}
	q.Text("SELECT t.id FROM ", t, " t", path.hint(), " WHERE ")
	q.Where(o.Filter)
	idBetween(q, found.after, end)
	q.Text(" ORDER BY t.id LIMIT ")
	q.Int(int64(collection.OpChunk + 1 - len(found.ids)))
	found.after = end
	return q.Each(r, func(s *conn.Stmt) { found.ids = append(found.ids, s.ColumnInt(0)) })
}

// idBetween adds the condition after < id <= most.
func idBetween(q *tables.Clause, after, most int64) {
	q.Text(" AND t.id > ")
	q.Int(after)
	q.Text(" AND t.id <= ")
	q.Int(most)
}

// findUnique finds the record that a filter selects by a unique field. It runs in the writer's goroutine.
func (o *Operation) findUnique(tx *writer.Tx) (ids []int64, err error) {
	q := &tables.Clause{}
	q.Text("SELECT t.id FROM ", tables.Name(o.table.Name), " t WHERE ")
	q.Where(o.Filter)
	err = q.Each(tx, func(s *conn.Stmt) { ids = append(ids, s.ColumnInt(0)) })
	return ids, err
}

// next returns where the next write of the operation continues, nil if this one is the last.
func (f *targets) next() *collection.Progress {
	if !f.more {
		return nil
	}
	return &collection.Progress{After: f.after, Most: f.most}
}
