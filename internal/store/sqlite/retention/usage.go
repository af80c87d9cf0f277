package retention

import (
	"context"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
)

// Usage returns the size of the database, without free pages and records, plus that of the blobs, in bytes. The
// size of the records is estimated from a sample.
func (r *Retention) Usage() (int64, error) {
	const op = "sqlite.Usage"
	var bytes int64
	err := r.Pool.Read(context.Background(), op, func(rd *reader.Reader) error {
		pragma := func(name string) (n int64, err error) {
			err = rd.Query("PRAGMA "+name, func(s *conn.Stmt) { n = s.ColumnInt(0) })
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
		records, err := recordBytes(rd, r.Catalog.Newest())
		bytes = max(0, (pages-free)*size-records)
		return err
	})
	if err != nil || r.Blobs.Files == nil {
		return bytes, err
	}
	blobs, err := r.Blobs.Files.Usage()
	return bytes + blobs, err
}

// RefusedUsage counts the refused deliveries in their index, and estimates their size from a sample: the oldest and the
// newest of each outcome.
func (r *Retention) RefusedUsage() (deliveries, bytes int64, err error) {
	err = r.Pool.Read(context.Background(), "sqlite.RefusedUsage", func(rd *reader.Reader) error {
		for _, o := range refused() {
			var n, sampled, size int64
			if err := rd.Query(sqlCountRefused, func(s *conn.Stmt) { n = s.ColumnInt(0) }, string(o)); err != nil {
				return err
			}
			for _, order := range []string{"ASC", "DESC"} {
				if err := rd.Query(sqlSizeRefused+order+` LIMIT ?2`, func(s *conn.Stmt) {
					sampled, size = sampled+1, size+s.ColumnInt(0)
				}, string(o), usageSample); err != nil {
					return err
				}
			}
			if sampled > 0 {
				deliveries, bytes = deliveries+n, bytes+n*size/sampled
			}
		}
		return nil
	})
	return deliveries, bytes, err
}

const (
	sqlCountRefused = `SELECT count(*) FROM deliveries WHERE outcome <> 'accepted' AND outcome = ?1`
	// The added bytes are those of the other columns and of the index entries.
	sqlSizeRefused = `SELECT 150 + length(CAST(request AS BLOB)) + length(body)
+ coalesce(length(opened), 0) + coalesce(length(CAST(answer AS BLOB)), 0) + length(reason)
FROM deliveries WHERE outcome <> 'accepted' AND outcome = ?1 ORDER BY id `
)

const (
	usageSample = 50 // records sampled from each collection
	recordRoom  = 24 // bytes that a row and its index entry need besides the text
)

// recordBytes estimates the size of all records, in bytes. It samples records at even distances among the ids.
func recordBytes(r *reader.Reader, c *tables.Catalog) (total int64, err error) {
	for _, t := range c.Tables {
		var low, high int64
		if err := r.Query("SELECT coalesce((SELECT min(id) FROM "+tables.Name(t.Name)+"), 0), coalesce((SELECT max(id) FROM "+tables.Name(t.Name)+"), -1)", func(s *conn.Stmt) {
			low, high = s.ColumnInt(0), s.ColumnInt(1)
		}); err != nil {
			return 0, err
		}
		span := high - low + 1
		tries := min(span, usageSample)
		var sampled int64
		for i := range tries {
			if err := r.Query(t.SelectSQL()+" WHERE id = ?1", func(s *conn.Stmt) {
				sampled += recordRoom + int64(len(t.Record(s).JSON.Text()))
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
