package sqlite

import (
	"context"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Record returns one record. The error is of kind fault.NotFound if the collection or the record does not exist.
func (s *Store) Record(ctx context.Context, name string, id int64) (rec collection.Record, err error) {
	const op = "sqlite.Record"
	err = s.read(ctx, op, func(r *reader) error {
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
