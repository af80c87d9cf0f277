package records

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
)

// SQLite does not know how many records have a certain value. It assumes that a range selects a quarter of a
// table and that a value selects ten records. For a page of twenty records among millions this can mean a scan of
// seconds: "status = shipped, sorted by amount" must use the index of amount if most orders are shipped, and the
// index of status if few are. So the store counts first. It checks whether an index range has fewer than
// selective entries, and reads no more entries than that. docs/adr/0022 compares this with SQLite's own choice
// and with ANALYZE.

// accessPath is an index, or the primary key, through which the records of a filter are read.
type accessPath struct {
	conditions []collection.Bound // conditions that the path applies; none: it reads every record
	index      string             // "": the primary key
	selective  bool               // it yields few records, so sorting them is cheap
}

// selective is the number of index entries below which a path counts as selective.
const selective = 1000

// maxProbes is the largest number of indexes that are counted for one query.
const maxProbes = 4

// hint returns the SQL clause that makes SQLite use the path.
func (p accessPath) hint() string {
	if p.index == "" {
		return " NOT INDEXED"
	}
	return ` INDEXED BY "` + p.index + `"`
}

// byID reports whether the path yields records in the order of their ids. Every index ends with the id, so an
// index does if its condition is a single value.
func (p accessPath) byID() bool {
	return p.index == "" || len(p.conditions) == 1 && isValue(&p.conditions[0])
}

// isValue reports whether a condition compares a column with a single value.
func isValue(b *collection.Bound) bool { return b.Op == collection.Eq || b.Op == collection.Null }

// accessPath chooses the path for the records of a filter.
func (t *table) accessPath(filter *collection.Bound) (accessPath, error) {
	primary := accessPath{}
	var indexed []accessPath
	for _, c := range t.indexable(filter) {
		if c.Column.Index == collection.ID {
			primary.conditions = append(primary.conditions, c)
			primary.selective = primary.selective || c.Op == collection.Eq || c.Op == collection.In
			continue
		}
		index := t.Indexes[c.Column.Field.Name]
		if i := slices.IndexFunc(indexed, func(p accessPath) bool { return p.index == index }); i >= 0 {
			indexed[i].conditions = append(indexed[i].conditions, c)
		} else {
			indexed = append(indexed, accessPath{conditions: []collection.Bound{c}, index: index})
		}
	}
	if primary.selective || len(indexed) == 0 {
		return primary, nil
	}
	return t.choose(primary, indexed)
}

// choose returns the index with the fewest entries if it is selective. Otherwise it returns a path that yields
// records in the order of their ids.
func (t *table) choose(primary accessPath, indexed []accessPath) (accessPath, error) {
	for _, p := range indexed {
		if p.conditions[0].Op == collection.Eq && p.conditions[0].Column.Field.Unique {
			p.selective = true
			return p, nil
		}
	}
	best, least := primary, selective
	for _, p := range indexed[:min(len(indexed), maxProbes)] {
		if len(indexed) == 1 && p.byID() {
			return p, nil // no other path is better, selective or not
		}
		n, err := t.probe(p)
		if err != nil {
			return accessPath{}, err
		}
		if n < least {
			best, least = p, n
			best.selective = true
		} else if best.index == "" && p.byID() {
			best = p
		}
	}
	return best, nil
}

// probe counts the entries of a path, at most up to selective.
func (t *table) probe(p accessPath) (n int, err error) {
	q := &tables.Clause{}
	q.Text("SELECT count(*) FROM (SELECT 1 FROM ", tables.Name(t.Name), " t", p.hint(), " WHERE ")
	q.Where(&collection.Bound{Op: collection.And, Parts: p.conditions})
	q.Text(" LIMIT ", strconv.Itoa(selective), ")")
	err = q.Each(t.conn, func(s *conn.Stmt) { n = int(s.ColumnInt(0)) })
	return n, err
}

// indexable returns the conditions that every matching record meets and that an index or the primary key can look
// up.
func (t *table) indexable(b *collection.Bound) (all []collection.Bound) {
	switch {
	case b == nil || b.Via != nil || b.Negated:
		return nil
	case b.Op == collection.And:
		for i := range b.Parts {
			all = append(all, t.indexable(&b.Parts[i])...)
		}
		return all
	case b.Column.Index != collection.ID && t.Indexes[b.Column.Field.Name] == "":
		return nil
	}
	switch b.Op {
	case collection.Eq, collection.In, collection.Null, collection.Gt, collection.Gte, collection.Lt, collection.Lte, collection.StartsWith:
		return []collection.Bound{*b}
	default:
		return nil
	}
}
