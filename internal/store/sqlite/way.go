package sqlite

import (
	"runtime"
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// SQLite knows nothing of how many records have which values, and guesses that a range is a quarter of
// them: among ten million that makes a page of twenty a matter of seconds, either way it guesses. So
// the way to the records of a filter is chosen here: each condition that has an index is asked whether
// it fits few records, which is cheap to find out.

// way is how the records of a filter are come by.
type way struct {
	by    []collection.Bound // the conditions that it goes by; none: every record is gone through
	index string             // "": by the ids
	few   bool               // it leads to few records, so that sorting them costs nothing
}

// few is how many records are few.
const few = 1000

// maxProbes bounds how many indexes are asked.
const maxProbes = 4

// hint has SQLite go that way.
func (y way) hint() string {
	if y.index == "" {
		return " NOT INDEXED"
	}
	return ` INDEXED BY "` + y.index + `"`
}

// byID reports whether the way leads to the records in the order of their ids.
func (y way) byID() bool { return y.index == "" || len(y.by) == 1 && pins(&y.by[0]) }

// pins reports whether a condition is one value of a column.
func pins(b *collection.Bound) bool { return b.Op == collection.Eq || b.Op == collection.Null }

// way chooses the way to the records of a filter.
func (r *reader) way(t *table, filter *collection.Bound) (way, error) {
	conditions := usable(t, filter)
	ids := way{}
	var indexed []way
	for _, c := range conditions {
		if c.Column.Index == collection.ID {
			ids.by = append(ids.by, c)
			ids.few = ids.few || c.Op == collection.Eq || c.Op == collection.In
			continue
		}
		index := t.indexes[c.Column.Field.Name]
		if i := slices.IndexFunc(indexed, func(y way) bool { return y.index == index }); i >= 0 {
			indexed[i].by = append(indexed[i].by, c)
		} else {
			indexed = append(indexed, way{by: []collection.Bound{c}, index: index})
		}
	}
	if ids.few || len(indexed) == 0 {
		return ids, nil
	}
	return r.choose(t, ids, indexed)
}

// choose takes the way that leads to the fewest records, if those are few; else one that keeps the order
// of the ids.
func (r *reader) choose(t *table, ids way, indexed []way) (way, error) {
	for _, y := range indexed {
		if y.by[0].Op == collection.Eq && y.by[0].Column.Field.Unique {
			y.few = true
			return y, nil
		}
	}
	best, least := ids, few
	for _, y := range indexed[:min(len(indexed), maxProbes)] {
		if len(indexed) == 1 && y.byID() {
			return y, nil // it is the best there is, few or not
		}
		n, err := r.probe(t, y)
		if err != nil {
			return way{}, err
		}
		if n < least {
			best, least = y, n
			best.few = true
		} else if best.index == "" && y.byID() {
			best = y
		}
	}
	return best, nil
}

// probe counts the records that a way leads to, up to few.
func (r *reader) probe(t *table, y way) (n int, err error) {
	q := &clause{}
	q.text("SELECT count(*) FROM (SELECT 1 FROM ", tableName(t.Name), " t", y.hint(), " WHERE ")
	q.where(&collection.Bound{Op: collection.And, Parts: y.by})
	q.text(" LIMIT ", itoa(few), ")")
	err = r.find(q, func(s *conn.Stmt) { n = int(s.ColumnInt(0)) })
	return n, err
}

// usable are the conditions that must all hold and that an index, or the id, can find.
func usable(t *table, b *collection.Bound) (all []collection.Bound) {
	switch {
	case b == nil || b.Via != nil || b.Negated:
		return nil
	case b.Op == collection.And:
		for i := range b.Parts {
			all = append(all, usable(t, &b.Parts[i])...)
		}
		return all
	case b.Column.Index != collection.ID && t.indexes[b.Column.Field.Name] == "":
		return nil
	}
	switch b.Op {
	case collection.Eq, collection.In, collection.Null, collection.Gt, collection.Gte, collection.Lt, collection.Lte, collection.StartsWith:
		return []collection.Bound{*b}
	default:
		return nil
	}
}

// find runs a clause and calls f for each row.
func (r *reader) find(q *clause, f func(*conn.Stmt)) error {
	s, err := r.statement(q.sql.String())
	if err != nil {
		return err
	}
	for i := range q.cells {
		bindCell(s, i+1, &q.cells[i])
	}
	return each(s, f, (*conn.Stmt).Step)
}

// catalog is the collections as they are in the state that the reader sees.
func (r *reader) catalog() (*catalog, error) {
	for range catalogTries {
		var schema int64
		if err := r.query(`PRAGMA schema_version`, func(s *conn.Stmt) { schema = s.ColumnInt(0) }); err != nil {
			return nil, err
		}
		cat := r.store.catalog.Load()
		if cat.schema == schema {
			return cat, nil
		}
		// A change is between its commit and its being known, or this state is from before: look again.
		runtime.Gosched()
		if err := r.exec("ROLLBACK"); err != nil {
			return nil, err
		}
		if err := r.exec("BEGIN"); err != nil {
			return nil, err
		}
	}
	return r.store.catalog.Load(), nil // somebody else has changed the file; its tables are there all the same
}

// catalogTries is how often a reader looks for the catalog that belongs to what it sees.
const catalogTries = 1000
