package statistics

import (
	"context"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// sqlReadTogether reads the buckets of all workflows together.
const sqlReadTogether = `SELECT ` + countColumns + `, start FROM statistics_buckets WHERE width = ?1 AND start >= ?2 AND start < ?3`

// Buckets returns the buckets of a span. Those of a workflow are found one by one, by their key.
func (t *Statistics) Buckets(ctx context.Context, q store.BucketQuery) (list []store.Bucket, err error) {
	const op = "sqlite.Buckets"
	names, err := namesOf(op, &q.Span)
	if err != nil {
		return nil, err
	}
	if q.Interval != store.Minute && q.Interval != store.Hour && q.Interval != store.Day {
		return nil, fault.Field(op, "step", "the step must be a minute, an hour or a day")
	}
	from, width := q.Interval.Start(q.From), time.Duration(q.Interval)
	if n := int64((q.To.Sub(from)+width-1)/width) * int64(len(names)); n > store.MaxBuckets {
		return nil, fault.Field(op, "step", "that would be %d buckets; the limit is %d: choose a wider step or a shorter time", n, store.MaxBuckets)
	}
	err = t.Pool.Read(ctx, op, func(r *reader.Reader) error {
		sums, err := readBuckets(r, &q, names)
		if err != nil {
			return err
		}
		for ; from.Before(q.To); from = from.Add(width) {
			if c := sums[from.Unix()]; c != nil {
				list = append(list, store.Bucket{Start: from, Counts: *c})
			}
		}
		return nil
	})
	return list, err
}

// readBuckets returns the sums of a query by their start, and some of the log from before and after it.
func readBuckets(r *reader.Reader, q *store.BucketQuery, names []string) (map[int64]*store.Counts, error) {
	sums, width := make(map[int64]*store.Counts), seconds(q.Interval)
	at := func(start int64) *store.Counts {
		c := sums[start]
		if c == nil {
			c = &store.Counts{}
			sums[start] = c
		}
		return c
	}
	from, to := q.Interval.Start(q.From).Unix(), q.To.Unix()
	if q.Workflows == nil {
		if err := r.Query(sqlReadTogether, func(s *conn.Stmt) { addCounts(s, 0, at(s.ColumnInt(countWidth))) }, widthOf(together, width), from, to); err != nil {
			return nil, err
		}
	} else {
		for start := from; start < to; start += width {
			for _, name := range names {
				if err := r.Query(sqlReadBucket, func(s *conn.Stmt) { addCounts(s, 0, at(start)) }, width, start, name); err != nil {
					return nil, err
				}
			}
		}
	}
	log, err := readLog(r)
	for k, e := range log {
		if q.Workflows == nil || slices.Contains(names, k.workflow) {
			at(startOf(k.minute, width)).Add(&e.Counts)
		}
	}
	return sums, err
}

// Totals returns the sum over a span, from the widest buckets that fit into it.
func (t *Statistics) Totals(ctx context.Context, q store.Span) (sum store.Counts, err error) {
	const op = "sqlite.Totals"
	names, err := namesOf(op, &q)
	if err != nil {
		return sum, err
	}
	from, to := store.Minute.Start(q.From).Unix(), q.To.Unix()
	err = t.Pool.Read(ctx, op, func(r *reader.Reader) error {
		log, err := readLog(r)
		if err != nil {
			return err
		}
		for k, e := range log {
			if k.minute >= from && k.minute < to && (q.Workflows == nil || slices.Contains(names, k.workflow)) {
				sum.Add(&e.Counts)
			}
		}
		for at := from; at < to; {
			width := widest(at, to)
			for _, name := range names {
				if err := r.Query(sqlReadBucket, func(s *conn.Stmt) { addCounts(s, 0, &sum) }, widthOf(name, width), at, name); err != nil {
					return err
				}
			}
			at += width
		}
		return nil
	})
	return sum, err
}

// widest returns the width of the widest bucket that begins at an instant and ends at to or before. The last minute may
// end after it.
func widest(at, to int64) int64 {
	all := widths()
	for _, width := range slices.Backward(all[:]) {
		if startOf(at, width) == at && at+width <= to {
			return width
		}
	}
	return all[0]
}

// longestSpan bounds a Span: the buckets in it are counted before they are read.
const longestSpan = 20 * 365 * 24 * time.Hour

// namesOf returns the keys of the buckets that a span selects.
func namesOf(op string, q *store.Span) ([]string, error) {
	switch {
	case q.From.IsZero() || !q.From.Before(q.To):
		return nil, fault.Field(op, "from", "the time must begin before it ends")
	case q.To.Sub(q.From) > longestSpan:
		return nil, fault.Field(op, "from", "the time is too long; statistics are kept for two years")
	case q.Workflows == nil:
		return []string{together}, nil
	}
	return slices.DeleteFunc(slices.Clone(q.Workflows), func(name string) bool { return name == together }), nil
}

func readLog(r *reader.Reader) (map[key]*entry, error) {
	log := make(map[key]*entry)
	err := r.Query(sqlReadLog, func(s *conn.Stmt) { addLogged(s, log) })
	return log, err
}

// Activity returns what is known about the named workflows, or about all.
func (t *Statistics) Activity(ctx context.Context, names ...string) (list []store.Activity, err error) {
	now := t.Clock.Now()
	all := make(map[string]*activity)
	err = t.Pool.Read(ctx, "sqlite.Activity", func(r *reader.Reader) error {
		for _, name := range names {
			if err := r.Query(sqlReadActivity, func(s *conn.Stmt) {
				all[name] = &activity{}
				all[name].read(s)
			}, name); err != nil {
				return err
			}
		}
		if len(names) == 0 {
			if err := r.Query(sqlReadAll, func(s *conn.Stmt) {
				a := &activity{}
				a.read(s)
				all[s.ColumnText(9)] = a
			}); err != nil {
				return err
			}
		}
		log, err := readLog(r)
		for k, e := range log {
			if len(names) > 0 && !slices.Contains(names, k.workflow) {
				continue
			}
			if all[k.workflow] == nil {
				all[k.workflow] = &activity{}
			}
			all[k.workflow].add(k.minute, e)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for workflow, a := range all {
		list = append(list, a.result(workflow, now))
	}
	slices.SortFunc(list, func(a, b store.Activity) int { return strings.Compare(a.Workflow, b.Workflow) })
	return list, nil
}
