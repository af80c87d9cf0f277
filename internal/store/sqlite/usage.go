package sqlite

import (
	"context"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Usage returns the size of the database, without free pages and records, plus that of the blobs, in bytes. The
// size of the records is estimated from a sample.
func (s *Store) Usage() (int64, error) {
	const op = "sqlite.Usage"
	var bytes int64
	err := s.read(context.Background(), op, func(r *reader) error {
		pragma := func(name string) (n int64, err error) {
			err = r.query("PRAGMA "+name, func(s *conn.Stmt) { n = s.ColumnInt(0) })
			return n, err
		}
		pages, err := pragma("page_count")
		if err != nil {
			return err
		}
		free, err := pragma("freelist_count")
		if err != nil {
			return err
		}
		size, err := pragma("page_size")
		if err != nil {
			return err
		}
		records, err := r.recordBytes(s.catalog.Load())
		bytes = max(0, (pages-free)*size-records)
		return err
	})
	if err != nil || s.opts.Blobs == nil {
		return bytes, err
	}
	blobs, err := s.opts.Blobs.Usage()
	return bytes + blobs, err
}

const (
	usageSample = 50 // records sampled from each collection
	recordRoom  = 24 // bytes that a row and its index entry need besides the text
)

// recordBytes estimates the size of all records, in bytes. It samples records at even distances among the ids.
func (r *reader) recordBytes(c *catalog) (total int64, err error) {
	for _, t := range c.tables {
		var low, high int64
		if err := r.query("SELECT coalesce((SELECT min(id) FROM "+tableName(t.Name)+"), 0), coalesce((SELECT max(id) FROM "+tableName(t.Name)+"), -1)", func(s *conn.Stmt) {
			low, high = s.ColumnInt(0), s.ColumnInt(1)
		}); err != nil {
			return 0, err
		}
		span := high - low + 1
		tries := min(span, usageSample)
		var sampled int64
		for i := range tries {
			if err := r.query(t.selectSQL()+" WHERE id = ?1", func(s *conn.Stmt) {
				sampled += recordRoom + int64(len(t.record(s).JSON.Text()))
			}, low+i*span/tries); err != nil {
				return 0, err
			}
		}
		if tries > 0 {
			total += sampled * span / tries
		}
	}
	return total, nil
}
