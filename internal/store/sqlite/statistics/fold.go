package statistics

import (
	"cmp"
	"slices"
	"time"

	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// together is the key of all workflows together. No workflow can have it.
const together = "*"

// bucketKey is the key of statistics_buckets.
type bucketKey struct {
	width, start int64 // seconds; width is that of widthOf
	workflow     string
}

// widthOf returns the column width of the buckets under a name. It is negative for all workflows together, so that a
// reader finds their buckets next to each other, and not one among those of all workflows at each start.
func widthOf(name string, width int64) int64 {
	if name == together {
		return -width
	}
	return width
}

const (
	sqlReadBucket  = `SELECT ` + countColumns + ` FROM statistics_buckets WHERE width = ?1 AND start = ?2 AND workflow = ?3`
	sqlWriteBucket = `INSERT OR REPLACE INTO statistics_buckets (width, start, workflow, ` + countColumns + `)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)`
	sqlGrow = `UPDATE statistics_sizes SET rows = rows + ?2 WHERE width = ?1`
)

// widths returns the widths of buckets, in seconds.
func widths() [3]int64 {
	return [...]int64{seconds(store.Minute), seconds(store.Hour), seconds(store.Day)}
}

func seconds(i store.Interval) int64 { return int64(time.Duration(i) / time.Second) }

// startOf returns the start of the bucket that a minute belongs to.
func startOf(minute, width int64) int64 { return minute - ((minute%width)+width)%width }

// fold adds what is pending and what this transaction has counted to the buckets, and empties the log. It changes
// nothing in memory: the transaction may be rolled back.
func (t *Statistics) fold(tx *writer.Tx) error {
	sums := make(map[bucketKey]*store.Counts)
	workflows := make(map[string][]keyed)
	for _, entries := range []map[key]*entry{t.pending, t.current} {
		for k, e := range entries {
			workflows[k.workflow] = append(workflows[k.workflow], keyed{k, e})
			for _, width := range widths() {
				for _, name := range []string{k.workflow, together} {
					at := bucketKey{widthOf(name, width), startOf(k.minute, width), name}
					if sums[at] == nil {
						sums[at] = &store.Counts{}
					}
					sums[at].Add(&e.Counts)
				}
			}
		}
	}
	if err := writeBuckets(tx, sums); err != nil {
		return err
	}
	for workflow, list := range workflows {
		if err := writeActivity(tx, workflow, list); err != nil {
			return err
		}
		if err := writeRevisions(tx, workflow, list); err != nil {
			return err
		}
	}
	return tx.Exec(`DELETE FROM statistics_log`)
}

// writeBuckets adds sums to their buckets, in the order of the table.
func writeBuckets(tx *writer.Tx, sums map[bucketKey]*store.Counts) error {
	keys := make([]bucketKey, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b bucketKey) int {
		return cmp.Or(cmp.Compare(a.width, b.width), cmp.Compare(a.start, b.start), cmp.Compare(a.workflow, b.workflow))
	})
	grown := make(map[int64]int64)
	for _, k := range keys {
		c, found := sums[k], false
		if err := tx.Query(sqlReadBucket, func(s *conn.Stmt) {
			found = true
			addCounts(s, 0, c)
		}, k.width, k.start, k.workflow); err != nil {
			return err
		}
		if !found {
			grown[k.width]++
		}
		s, err := tx.Statement(sqlWriteBucket)
		if err != nil {
			return err
		}
		s.Int(1, k.width)
		s.Int(2, k.start)
		s.Text(3, k.workflow)
		bindCounts(s, 4, c)
		if err := tx.Run(s); err != nil {
			return err
		}
	}
	for width, n := range grown {
		if err := tx.Exec(sqlGrow, width, n); err != nil {
			return err
		}
	}
	return nil
}
