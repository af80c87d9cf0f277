package records

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/value"
)

// Find returns a page of records. Errors are of kind fault.NotFound for an unknown collection and fault.Invalid
// for a query that does not fit it or a page of more than maxFound bytes.
func (r *Records) Find(ctx context.Context, q collection.Query) (out collection.Found, err error) {
	err = r.Pool.Read(ctx, opFind, func(rd *reader.Reader) error {
		cat, err := r.Catalog.Of(rd)
		if err == nil {
			out, err = find(cat, rd, q)
		}
		return err
	})
	if err != nil {
		return collection.Found{}, err
	}
	return out, nil
}

const opFind = "sqlite.Find"

// find is Find on one connection.
func find(cat *tables.Catalog, conn tables.Querier, q collection.Query) (collection.Found, error) {
	t, err := tableOf(cat, conn, opFind, q.Collection)
	if err != nil {
		return collection.Found{}, err
	}
	sel, broken := t.CheckQuery(q, cat.Collection)
	if broken != nil {
		return collection.Found{}, queryError(opFind, broken)
	}
	return t.page(&sel)
}

// queryError returns the error for a query that does not fit its collection.
func queryError(op string, broken *collection.Violation) error {
	return fault.Field(op, broken.Field, "%s", broken.Message)
}

func (t *table) page(sel *collection.Selection) (out collection.Found, err error) {
	path, err := t.accessPath(sel.Filter)
	if err != nil {
		return out, err
	}
	rows, err := t.rows(withoutCreatedAt(sel), path)
	if err != nil {
		return out, err
	}
	if len(rows) > sel.Limit {
		rows = rows[:sel.Limit]
		out.Next = sel.Cursor(rows[sel.Limit-1])
	}
	expanded, err := t.expand(sel, rows)
	if err != nil {
		return out, err
	}
	out.Records = make([]collection.Record, len(rows))
	for i, row := range rows {
		var others []value.Value
		if expanded != nil {
			others = expanded[i]
		}
		out.Records[i] = collection.Record{ID: row.ID, JSON: t.RenderAs(row, sel.Fields, others)}
	}
	out.Count = -1
	if sel.Count {
		out.Count, err = t.count(sel.Filter, path)
	}
	return out, err
}

// withoutCreatedAt removes createdAt from an order in which the id follows it. The two increase together, so the
// primary key finds the newest records and createdAt needs no index.
func withoutCreatedAt(sel *collection.Selection) *collection.Selection {
	last := len(sel.Order) - 1
	if last == 0 || sel.Order[last-1].Column.Index != collection.CreatedAt {
		return sel
	}
	s := *sel
	s.Order = append(slices.Clone(sel.Order[:last-1]), sel.Order[last])
	if sel.After != nil {
		s.After = append(slices.Clone(sel.After[:last-1]), sel.After[last])
	}
	return &s
}

// rows reads the page and one more record, if there is one. It reads the records after a cursor as several
// ranges, because SQLite uses no index for an OR of them.
func (t *table) rows(sel *collection.Selection, path accessPath) (rows []collection.Row, err error) {
	want, fields := sel.Limit+1, t.needed(sel)
	budget := budget{left: maxFound}
	for _, conditions := range sel.AfterCursor() {
		q := &tables.Clause{}
		q.Text(t.Columns(fields), t.From(), t.orderHint(sel, path), " WHERE ")
		q.Where(sel.Filter)
		for i := range conditions {
			q.Text(" AND ")
			q.Where(&conditions[i])
		}
		q.Text(" ORDER BY ")
		for i, o := range sel.Order {
			if i > 0 {
				q.Text(", ")
			}
			q.Text(tables.Alias, tables.ColumnOf(o.Column))
			if o.Desc {
				q.Text(" DESC")
			}
		}
		q.Text(" LIMIT ")
		q.Int(int64(want - len(rows)))
		if sel.Offset > 0 {
			q.Text(" OFFSET ")
			q.Int(int64(sel.Offset))
		}
		if err := q.Each(t.conn, func(s *conn.Stmt) { rows = budget.add(rows, t.RowOf(s, fields)) }); err != nil {
			return nil, err
		}
		if err := budget.check("pageSize"); err != nil {
			return nil, err
		}
		if len(rows) == want {
			break
		}
	}
	return rows, nil
}

// needed returns the fields that a page must read.
func (t *table) needed(sel *collection.Selection) []int {
	if sel.Fields == nil {
		return t.Stored
	}
	var at []int
	add := func(c collection.Column) {
		if c.Index >= 0 && c.Field.Stored() && !slices.Contains(at, c.Index) {
			at = append(at, c.Index)
		}
	}
	for _, c := range sel.Fields {
		add(c)
	}
	for _, o := range sel.Order {
		add(o.Column)
	}
	for _, x := range sel.Expand {
		add(x.Column)
	}
	slices.Sort(at)
	return at
}

// maxFound is the largest size of the texts that one Find reads, in bytes, because all of it is in memory at
// once.
const maxFound = 32 << 20

// budget counts down the bytes that may still be read.
type budget struct{ left int }

func (b *budget) add(rows []collection.Row, row collection.Row) []collection.Row {
	for i := range row.Cells {
		b.left -= len(row.Cells[i].Text)
	}
	if b.left < 0 {
		return nil
	}
	return append(rows, row)
}

// check returns an error if the page is too large. part is the parameter that the caller should reduce.
func (b *budget) check(part string) error {
	if b.left >= 0 {
		return nil
	}
	return fault.Field("sqlite.Find", part, "the page has more than %d MiB: ask for fewer records, or for fewer fields", maxFound>>20)
}

// orderHint returns the SQL clause for the index through which a page is read. A selective path comes first; its
// few records are then sorted. Otherwise it is an index with the requested order, which is read until the page is
// full.
func (t *table) orderHint(sel *collection.Selection, path accessPath) string {
	first := sel.Order[0].Column
	switch {
	case path.selective:
		return path.hint()
	case first.Index == collection.ID && path.byID():
		return path.hint()
	case first.Index == collection.ID:
		return " NOT INDEXED"
	}
	if index := t.Indexes[first.Field.Name]; index != "" && first.Index >= 0 {
		return ` INDEXED BY "` + index + `"`
	}
	return "" // all records must be sorted, however SQLite finds them
}

func (t *table) count(filter *collection.Bound, path accessPath) (n int64, err error) {
	q := &tables.Clause{}
	q.Text("SELECT count(*) FROM ", tables.Name(t.Name), " t")
	if path.selective {
		q.Text(path.hint())
	}
	q.Text(" WHERE ")
	q.Where(filter)
	err = q.Each(t.conn, func(s *conn.Stmt) { n = s.ColumnInt(0) })
	return n, err
}
