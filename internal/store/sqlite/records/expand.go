package records

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/value"
)

// expand reads the related records that a page includes, with one query per relation. It returns them by row and
// by index of the field; nil if none are requested.
func (t *table) expand(sel *collection.Selection, rows []collection.Row) ([][]value.Value, error) {
	if len(sel.Expand) == 0 || len(rows) == 0 {
		return nil, nil
	}
	out := make([][]value.Value, len(rows))
	for i := range out {
		out[i] = make([]value.Value, len(t.Fields))
	}
	for _, x := range sel.Expand {
		read := t.expandBelongsTo
		if x.Column.Field.Relation == collection.HasMany {
			read = t.expandHasMany
		}
		if err := read(x, rows, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// expandBelongsTo reads the records that a belongsTo refers to.
func (t *table) expandBelongsTo(x collection.Expansion, rows []collection.Row, out [][]value.Value) error {
	var ids []collection.Cell
	for _, row := range rows {
		if cell := row.Cells[x.Column.Index]; cell.Kind != collection.CellNull && !slices.Contains(ids, cell) {
			ids = append(ids, cell)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	there := make(map[int64]value.Value, len(ids))
	target, q := tables.NewTable(x.Target), &tables.Clause{}
	q.Text(target.SelectSQL(), " WHERE ")
	q.In("t.id", ids)
	found, err := t.readRelated(q, target)
	if err != nil {
		return err
	}
	for _, row := range found {
		there[row.ID] = target.Render(row.ID, row.Created, row.Updated, row.Cells)
	}
	for i, row := range rows {
		out[i][x.Column.Index] = there[row.Cells[x.Column.Index].Int]
	}
	return nil
}

// expandHasMany reads the records of a hasMany: for each record the oldest MaxExpanded. The query iterates over
// the ids of the page and looks up the related records of each through the index.
func (t *table) expandHasMany(x collection.Expansion, rows []collection.Row, out [][]value.Value) error {
	at := make(map[int64]int, len(rows))
	var ids value.ArrayBuilder
	for i, row := range rows {
		at[row.ID] = i
		ids.Add(value.Int(row.ID))
	}
	target, q := tables.NewTable(x.Target), &tables.Clause{}
	q.Text(target.Columns(target.Stored), " FROM json_each(")
	q.Cell(tables.TextCell(ids.Value().Text()))
	q.Text(") p CROSS JOIN ", tables.Name(x.Target.Name), " t WHERE t.id IN (SELECT x.id FROM ", tables.Name(x.Target.Name), " x WHERE x.",
		tables.ColumnOf(x.Key), " = p.value ORDER BY x.id LIMIT ", strconv.Itoa(collection.MaxExpanded), ") ORDER BY t.id")
	found, err := t.readRelated(q, target)
	if err != nil {
		return err
	}
	lists := make([]value.ArrayBuilder, len(rows))
	for _, row := range found {
		lists[at[row.Cells[x.Key.Index].Int]].Add(target.Render(row.ID, row.Created, row.Updated, row.Cells))
	}
	for i := range lists {
		out[i][x.Column.Index] = lists[i].Value()
	}
	return nil
}

// readRelated reads rows of another table.
func (t *table) readRelated(q *tables.Clause, target *tables.Table) (found []collection.Row, err error) {
	budget := budget{left: maxFound}
	if err := q.Each(t.conn, func(s *conn.Stmt) { found = budget.add(found, target.Row(s)) }); err != nil {
		return nil, err
	}
	return found, budget.check("expand")
}
