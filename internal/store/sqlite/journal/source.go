package journal

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// arm is a range of an index in the order of ids: what follows SELECT and the columns, with its condition. ? stands for
// its next argument.
type arm struct {
	from string
	args []any
	low  ident.ID // inclusive
}

// ranges merges ranges of indexes.
type ranges[T any] struct {
	columns string // the first is the id
	id      string // name of the id in conditions
	arms    []arm
	low     ident.ID // inclusive
	read    func(*conn.Stmt, *T)
	idOf    func(*T) ident.ID
}

// maxArms bounds the ranges that one statement merges. A query with more is answered by a wider index.
const maxArms = 60

func (s *ranges[T]) sql(before ident.ID, n int) (string, []any) {
	args := []any{before, n}
	var b strings.Builder
	for i, a := range s.arms {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		b.WriteString("SELECT " + s.columns)
		for rest := a.from; ; {
			head, tail, found := strings.Cut(rest, "?")
			b.WriteString(head)
			if !found {
				break
			}
			args = append(args, a.args[0])
			a.args, rest = a.args[1:], tail
			b.WriteString("?" + strconv.Itoa(len(args)))
		}
		args = append(args, max(s.low, a.low))
		b.WriteString(" AND " + s.id + " < ?1 AND " + s.id + " >= ?" + strconv.Itoa(len(args)))
	}
	b.WriteString(" ORDER BY 1 DESC LIMIT ?2")
	return b.String(), args
}

func (s *ranges[T]) next(r *reader.Reader, before ident.ID, n int) (rows []T, down ident.ID, err error) {
	if len(s.arms) == 0 {
		return nil, 0, nil
	}
	sql, args := s.sql(before, n)
	count := 0
	err = r.Query(sql, func(st *conn.Stmt) {
		var x T
		s.read(st, &x)
		count++
		if down = s.idOf(&x); len(rows) == 0 || s.idOf(&rows[len(rows)-1]) != down { // two ranges may have the same row
			rows = append(rows, x)
		}
	}, args...)
	if count < n {
		down = 0
	}
	return rows, down, err
}

// points reads rows by their ids.
type points[T any] struct {
	sql  string
	ids  []ident.ID // in any order
	low  ident.ID   // inclusive
	read func(*conn.Stmt, *T)
}

func (s *points[T]) next(r *reader.Reader, before ident.ID, n int) (rows []T, down ident.ID, err error) {
	var ids []ident.ID
	for _, id := range s.ids {
		if id < before && id >= s.low {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	ids = slices.Compact(ids)
	for i, id := range ids {
		if i == n {
			return rows, ids[i-1], nil
		}
		if err := r.Query(s.sql, func(st *conn.Stmt) {
			var x T
			s.read(st, &x)
			rows = append(rows, x)
		}, id); err != nil {
			return nil, 0, err
		}
	}
	return rows, 0, nil
}

// buckets reads an index that is ordered by time first (deliveries_key, deliveries_ip), one step of time after another.
type buckets[T any] struct {
	ranges[T]
	newest ident.ID
}

// bucketBits is in the definition of the indexes.
const bucketBits = 44

func (s *buckets[T]) next(r *reader.Reader, before ident.ID, n int) (rows []T, down ident.ID, err error) {
	if before = min(before, s.newest+1); before <= s.low {
		return nil, 0, nil
	}
	bucket := (before - 1) >> bucketBits
	one := s.ranges
	one.arms = s.in(bucket)
	rows, down, err = one.next(r, before, n)
	if begin := bucket << bucketBits; down == 0 && begin > s.low {
		down = begin
	}
	return rows, down, err
}

// in returns the ranges in one bucket.
func (s *buckets[T]) in(bucket ident.ID) []arm {
	arms := make([]arm, len(s.arms))
	for i, a := range s.arms {
		arms[i] = arm{from: a.from, args: append([]any{bucket}, a.args...)}
	}
	return arms
}

// span returns the ids that a query's times leave: from low on, and below before.
func span(q query.Query) (low, before ident.ID) {
	before = math.MaxInt64
	for _, t := range q.Terms {
		if t.Not || t.Any[0].Op != query.Range || len(t.Any) != 1 {
			continue
		}
		switch t.Field {
		case "created", "received", "since", "until":
			if v := t.Any[0]; v.Min != math.MinInt64 {
				low = max(low, ident.After(time.UnixMicro(v.Min).Add(time.Millisecond-time.Microsecond)))
			}
			if v := t.Any[0]; v.Max != math.MaxInt64 {
				before = min(before, ident.After(time.UnixMicro(v.Max).Add(time.Millisecond)))
			}
		}
	}
	return low, before
}

// exact returns the texts that a field must be one of, and false if the query does not say that.
func exact(q query.Query, field string) (texts []string, ok bool) {
	return exactly(q.Field(field), func(v query.Value) (string, bool) { return v.Text, v.Op == query.Equal })
}

// exactIDs is exact for ids.
func exactIDs(q query.Query, field string) (ids []ident.ID, ok bool) {
	return exactly(q.Field(field), func(v query.Value) (ident.ID, bool) {
		return ident.ID(v.Min), v.Op == query.Range && v.Min == v.Max
	})
}

func exactly[V comparable](terms []query.Term, read func(query.Value) (V, bool)) (list []V, ok bool) {
	for _, t := range terms {
		list = nil
		for _, v := range t.Any {
			x, is := read(v)
			if !is {
				list = nil
				break
			}
			if !slices.Contains(list, x) {
				list = append(list, x)
			}
		}
		if len(list) > 0 {
			return list, true
		}
	}
	return nil, false
}

// workflowsOf returns the workflows that a listing can only be about, and false if it may be about all.
func workflowsOf(q query.Query, only []string) ([]string, bool) {
	if named, ok := exact(q, "workflow"); ok && (only == nil || len(named) <= len(only)) {
		return named, true
	}
	return only, only != nil
}
