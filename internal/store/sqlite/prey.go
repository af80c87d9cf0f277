package sqlite

import (
	"cmp"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// prey is what an Update or Delete may touch in one write. A reader finds it before the writer has the
// operation: so the writer looks at no more records than it touches, however many the filter has to go
// through. Each record is looked at again in the write, and left alone if it does not fit any more; one
// that begins to fit in between was not there in time.
type prey struct {
	ids    []int64
	after  int64 // the last id that was looked at
	most   int64 // the largest id that is to be looked at
	more   bool  // there may be more between after and most
	direct bool  // the filter names records by a unique field: the writer finds them itself, at no cost
}

// window is how many records one read goes through at most: a read must not last. The first is a small
// one, as most filters fit many of the records that they go through.
const (
	window      = 50_000
	firstWindow = 2 * collection.OpChunk
)

// hunt finds the prey of a filtered operation.
func (s *Store) hunt(o *operation) error {
	if o.broken != nil || o.op.Kind == collection.Create {
		return nil
	}
	if o.found.direct = single(o.filter); o.found.direct {
		return nil
	}
	most := s.chunk()
	p := prey{after: o.op.From.After, most: o.op.From.Most}
	for size := firstWindow; ; size = min(8*size, window) {
		if err := s.scout("sqlite.hunt", func(r *reader) error { return r.hunt(o, &p, size, most) }); err != nil {
			return err
		}
		if !p.more || len(p.ids) > most {
			break
		}
	}
	if len(p.ids) > most {
		p.ids, p.more = p.ids[:most], true
		p.after = p.ids[most-1]
	}
	o.found = p
	return nil
}

// The writer is to be busy with one write of many records for about so long, and takes no fewer at a time.
const (
	writeTime  = 2 * time.Millisecond
	leastChunk = 50
)

// chunk is how many records the next write touches: as many as take writeTime, by what the last ones took.
func (s *Store) chunk() int {
	each := s.pace.Load()
	if each == 0 {
		return collection.OpChunk
	}
	return min(max(int(writeTime.Nanoseconds()/each), leastChunk), collection.OpChunk)
}

// paced notes how long a write took that touched so many records.
func (s *Store) paced(took time.Duration, records int) {
	if each := took.Nanoseconds() / int64(max(records, 1)); each > 0 && records >= leastChunk/2 {
		was := s.pace.Load()
		s.pace.Store(max(1, (3*cmp.Or(was, each)+each)/4))
	}
}

// hunt looks at one window of records.
func (r *reader) hunt(o *operation, p *prey, size, most int) error {
	if now, err := r.catalog(); err != nil || o.stale(now) {
		if err != nil {
			return err
		}
		if o.prepare(now); o.broken != nil {
			p.more = false
			return nil
		}
	}
	t := tableName(o.table.Name)
	if p.most == 0 {
		if err := r.query("SELECT coalesce(max(id), 0) FROM "+t, func(s *conn.Stmt) { p.most = s.ColumnInt(0) }); err != nil {
			return err
		}
	}
	// The window ends at the id of its last record; where the filter has an index, only records of the
	// index count.
	way, err := r.way(o.table, o.filter)
	if err != nil {
		return err
	}
	end, q := p.most, &clause{}
	q.text("SELECT t.id FROM ", t, " t", way.hint(), " WHERE ")
	q.where(&collection.Bound{Op: collection.And, Parts: way.by})
	q.between(p)
	q.text(" ORDER BY t.id LIMIT 1 OFFSET ")
	q.int(int64(size) - 1)
	p.more = false
	if err := r.find(q, func(s *conn.Stmt) { end, p.more = s.ColumnInt(0), true }); err != nil {
		return err
	}
	all := *p
	all.most = end
	q = &clause{}
	q.text("SELECT t.id FROM ", t, " t", way.hint(), " WHERE ")
	q.where(o.filter)
	q.between(&all)
	q.text(" ORDER BY t.id LIMIT ")
	q.int(int64(most + 1 - len(p.ids)))
	p.after = end
	return r.find(q, func(s *conn.Stmt) { p.ids = append(p.ids, s.ColumnInt(0)) })
}

// between adds the bounds of the ids.
func (q *clause) between(p *prey) {
	q.text(" AND t.id > ")
	q.int(p.after)
	q.text(" AND t.id <= ")
	q.int(p.most)
}

// lookFor finds the records of a filter that names them by a unique field.
func (o *operation) lookFor(find func(*clause, func(*conn.Stmt)) error) (ids []int64, err error) {
	q := &clause{}
	q.text("SELECT t.id FROM ", tableName(o.table.Name), " t WHERE ")
	q.where(o.filter)
	err = find(q, func(s *conn.Stmt) { ids = append(ids, s.ColumnInt(0)) })
	return ids, err
}

// single reports whether a filter can fit one record at most, by a unique field.
func single(b *collection.Bound) bool {
	if b == nil {
		return false
	}
	if b.Op == collection.And {
		for i := range b.Parts {
			if single(&b.Parts[i]) {
				return true
			}
		}
		return false
	}
	return b.Op == collection.Eq && b.Via == nil && !b.Negated && b.Column.Field.Unique
}
