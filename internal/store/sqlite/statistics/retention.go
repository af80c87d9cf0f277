package statistics

import (
	"context"
	"math"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// maxDeleted is the largest number of buckets that one DeleteStatistics deletes. They lie together.
const maxDeleted = 1000

const (
	sqlOldest = `SELECT start FROM statistics_buckets WHERE width = ?1 ORDER BY start LIMIT 1`
	sqlRows   = `SELECT rows FROM statistics_sizes WHERE width = ?1`
	sqlDelete = `DELETE FROM statistics_buckets WHERE (width, start, workflow) IN
(SELECT width, start, workflow FROM statistics_buckets WHERE width = ?1 AND start < ?2 ORDER BY width, start, workflow LIMIT ?3)`
)

// surplus is the buckets of one width that have to go.
type surplus struct{ width, before, limit int64 }

// DeleteStatistics deletes buckets that are no longer kept, or too many. A limit above 1000 counts as 1000.
func (t *Statistics) DeleteStatistics(now time.Time, limit int) (deleted int, err error) {
	const op = "sqlite.DeleteStatistics"
	if limit < 1 {
		return 0, fault.New(op, fault.Invalid, "a deletion needs a limit of at least 1")
	}
	limit = min(limit, maxDeleted)
	var all []surplus
	if err := t.Pool.Read(context.Background(), op, func(r *reader.Reader) (err error) {
		all, err = t.surplus(r, now, int64(limit))
		return err
	}); err != nil || len(all) == 0 {
		return 0, err
	}
	err = t.Writer.Run(func(tx *writer.Tx) error {
		deleted = 0
		for _, s := range all {
			if err := tx.Exec(sqlDelete, s.width, s.before, min(s.limit, int64(limit-deleted))); err != nil {
				return err
			}
			n := tx.Changes()
			if err := tx.Exec(sqlGrow, s.width, -n); err != nil {
				return err
			}
			deleted += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// surplus finds the widths with buckets to delete.
func (t *Statistics) surplus(r *reader.Reader, now time.Time, limit int64) (list []surplus, err error) {
	for interval, kept := range map[store.Interval]time.Duration{store.Minute: store.MinutesKept, store.Hour: store.HoursKept, store.Day: store.DaysKept} {
		before := interval.Start(now.Add(-kept)).Unix()
		for _, width := range []int64{seconds(interval), widthOf(together, seconds(interval))} {
			s, oldest, rows := surplus{width: width, before: before, limit: limit}, int64(math.MaxInt64), int64(0)
			if err := r.Query(sqlOldest, func(s *conn.Stmt) { oldest = s.ColumnInt(0) }, width); err != nil {
				return nil, err
			}
			if err := r.Query(sqlRows, func(s *conn.Stmt) { rows = s.ColumnInt(0) }, width); err != nil {
				return nil, err
			}
			switch {
			case rows > int64(t.Most):
				s.before, s.limit = math.MaxInt64, min(limit, rows-int64(t.Most))
			case oldest >= s.before:
				continue
			}
			list = append(list, s)
		}
	}
	return list, nil
}
