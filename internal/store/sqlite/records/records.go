package records

import (
	"context"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Records reads and writes records. Its methods may be called concurrently.
type Records struct {
	Writer  *writer.Writer
	Pool    *reader.Pool // for queries
	Targets *reader.Pool // for finding the targets of writes
	Catalog *tables.Current
	Blobs   *tables.Blobs
	Reserve *disk.Reserve
	Clock   clock.Clock
}

// table is a collection's table as one connection sees it: a reader, or the writer in its transaction.
type table struct {
	*tables.Table
	conn tables.Querier
}

// read calls f with a collection as of a reader's snapshot.
func (r *Records) read(ctx context.Context, op, name string, f func(*tables.Catalog, *table) error) error {
	return r.Pool.Read(ctx, op, func(rd *reader.Reader) error {
		cat, err := r.Catalog.Of(rd)
		if err != nil {
			return err
		}
		t, err := tableOf(cat, rd, op, name)
		if err != nil {
			return err
		}
		return f(cat, t)
	})
}

// tableOf returns a collection's table. The error is of kind fault.NotFound if there is none.
func tableOf(cat *tables.Catalog, conn tables.Querier, op, name string) (*table, error) {
	t, ok := cat.Tables[name]
	if !ok {
		return nil, fault.New(op, fault.NotFound, "there is no collection %s", name)
	}
	return &table{t, conn}, nil
}

// Record returns one record. The error is of kind fault.NotFound if the collection or the record does not exist.
func (r *Records) Record(ctx context.Context, name string, id int64) (rec collection.Record, err error) {
	const op = "sqlite.Record"
	err = r.read(ctx, op, name, func(_ *tables.Catalog, t *table) error {
		q := &tables.Clause{}
		q.Text(t.SelectSQL(), " WHERE t.id = ")
		q.Int(id)
		return q.Each(t.conn, func(s *conn.Stmt) { rec = t.Record(s) })
	})
	if err == nil && rec.ID == 0 {
		err = fault.New(op, fault.NotFound, "there is no record %d in collection %s", id, name)
	}
	return rec, err
}
