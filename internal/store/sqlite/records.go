package sqlite

import (
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Record returns one record.
func (s *Store) Record(name string, id int64) (rec collection.Record, err error) {
	const op = "sqlite.Record"
	err = s.read(op, func(r *reader) error {
		_, t, err := r.table(op, name)
		if err != nil {
			return err
		}
		return r.query(t.selectSQL()+" WHERE t.id = ?1", func(s *conn.Stmt) { rec = t.record(s) }, id)
	})
	if err == nil && rec.ID == 0 {
		err = notFound(op, "record", strconv.FormatInt(id, 10)+" in collection "+name)
	}
	return rec, err
}

// List returns records of a collection, newest first.
func (s *Store) List(name string, from int64, limit int) (list []collection.Record, err error) {
	const op = "sqlite.List"
	limit, err = page(op, limit)
	if err != nil {
		return nil, err
	}
	err = s.read(op, func(r *reader) error {
		_, t, err := r.table(op, name)
		if err != nil {
			return err
		}
		return r.query(t.selectSQL()+" WHERE t.id < ?1 ORDER BY t.id DESC LIMIT ?2", func(s *conn.Stmt) {
			list = append(list, t.record(s))
		}, before(ident.ID(from)), limit)
	})
	return list, err
}
