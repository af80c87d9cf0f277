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

// table is a collection's table as one reader sees it.
type table struct {
	*tables.Table
	reader *reader.Reader
}

// table returns a collection as of the reader's snapshot.
func (r *Records) table(rd *reader.Reader, op, name string) (*tables.Catalog, *table, error) {
	cat, err := r.Catalog.Of(rd)
	if err != nil {
		return nil, nil, err
	}
	if t, ok := cat.Tables[name]; ok {
		return cat, &table{t, rd}, nil
	}
	return nil, nil, fault.New(op, fault.NotFound, "there is no collection %s", name)
}

// Record returns one record. The error is of kind fault.NotFound if the collection or the record does not exist.
func (r *Records) Record(ctx context.Context, name string, id int64) (rec collection.Record, err error) {
	const op = "sqlite.Record"
	err = r.Pool.Read(ctx, op, func(rd *reader.Reader) error {
		_, t, err := r.table(rd, op, name)
		if err != nil {
			return err
		}
		return rd.Query(t.SelectSQL()+" WHERE t.id = ?1", func(s *conn.Stmt) { rec = t.Record(s) }, id)
	})
	if err == nil && rec.ID == 0 {
		err = fault.New(op, fault.NotFound, "there is no record %d in collection %s", id, name)
	}
	return rec, err
}
