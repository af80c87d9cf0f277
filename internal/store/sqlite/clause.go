package sqlite

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
)

// clause is a piece of SQL with the cells bound to its parameters, in order. The text never contains outside
// input: names come from the catalog, values are parameters.
type clause struct {
	sql   strings.Builder
	cells []collection.Cell
}

func (q *clause) text(parts ...string) {
	for _, p := range parts {
		q.sql.WriteString(p)
	}
}

// cell adds a parameter.
func (q *clause) cell(c collection.Cell) {
	q.sql.WriteByte('?')
	q.cells = append(q.cells, c)
}

// int adds a parameter.
func (q *clause) int(n int64) { q.cell(collection.Cell{Kind: collection.CellInt, Int: n}) }

// The prefixes for columns of a collection's table, and of the table that a belongsTo refers to.
const (
	tableAlias  = "t."
	targetAlias = "r."
)

// columnOf returns the SQL name of a column.
func columnOf(c collection.Column) string {
	switch c.Index {
	case collection.ID:
		return "id"
	case collection.CreatedAt:
		return "created_at"
	case collection.UpdatedAt:
		return "updated_at"
	default:
		return `"` + column(c.Field.Name) + `"`
	}
}

// where adds a condition on the table t. nil is true.
func (q *clause) where(b *collection.Bound) {
	switch {
	case b == nil:
		q.text("1")
	case b.Op == collection.And:
		q.parts(b.Parts, " AND ", "1")
	case b.Op == collection.Or:
		q.parts(b.Parts, " OR ", "0")
	case b.Via != nil:
		q.via(b)
	default:
		q.comparison(tableAlias, b)
	}
}

func (q *clause) parts(parts []collection.Bound, between, none string) {
	if len(parts) == 0 {
		q.text(none)
		return
	}
	for i := range parts {
		if i == 0 {
			q.text("(")
		} else {
			q.text(between)
		}
		q.where(&parts[i])
	}
	q.text(")")
}

// via adds a condition on the record that a belongsTo refers to.
func (q *clause) via(b *collection.Bound) {
	if b.Negated {
		q.text("NOT ")
	}
	q.text("EXISTS (SELECT 1 FROM ", tableName(b.Via.Field.Target), " r WHERE r.id = ", tableAlias, columnOf(*b.Via), " AND ")
	there := *b
	there.Negated = false
	q.comparison(targetAlias, &there)
	q.text(")")
}

// comparison adds a condition on one column. In SQL a comparison with null is neither true nor false; a negated
// comparison must be true for null.
func (q *clause) comparison(table string, b *collection.Bound) {
	col := table + columnOf(b.Column)
	switch b.Op {
	case collection.Null:
		q.text(col, " IS ", not(b.Negated), "NULL")
		return
	case collection.Eq:
		if b.Negated {
			q.text(col, " IS NOT ")
		} else {
			q.text(col, " = ")
		}
		q.cell(b.Cells[0])
		return
	}
	if b.Negated {
		q.text("(")
	}
	q.positive(col, b)
	if b.Negated {
		q.text(") IS NOT TRUE")
	}
}

func not(negated bool) string {
	if negated {
		return "NOT "
	}
	return ""
}

// positive adds a comparison and ignores its negation.
func (q *clause) positive(col string, b *collection.Bound) {
	switch b.Op {
	case collection.Gt:
		q.text(col, " > ")
		q.cell(b.Cells[0])
	case collection.Gte:
		q.text(col, " >= ")
		q.cell(b.Cells[0])
	case collection.Lt:
		q.text(col, " < ")
		q.cell(b.Cells[0])
	case collection.Lte:
		q.text(col, " <= ")
		q.cell(b.Cells[0])
	case collection.In:
		q.in(col, b.Cells)
	case collection.Includes:
		if b.Column.Field.Type == collection.Multiselect {
			q.text("EXISTS (SELECT 1 FROM json_each(", col, ") WHERE value = ")
			q.cell(b.Cells[0])
			q.text(")")
			return
		}
		q.text("instr(", col, ", ")
		q.cell(b.Cells[0])
		q.text(") > 0")
	case collection.StartsWith:
		q.startsWith(col, b.Cells[0])
	case collection.EndsWith:
		q.text("substr(CAST(", col, " AS BLOB), ")
		q.int(-int64(len(b.Cells[0].Text)))
		q.text(") = CAST(")
		q.cell(b.Cells[0])
		q.text(" AS BLOB)")
	default:
		panic("sqlite: a filter has the operator " + string(b.Op)) // a bug: CheckFilter returns no other operator
	}
}

// startsWith adds a range, so that an index can be used. In byte order, the texts that begin with a prefix lie
// between the prefix and the next text that does not begin with it.
func (q *clause) startsWith(col string, prefix collection.Cell) {
	q.text("(", col, " >= ")
	q.cell(prefix)
	next := prefix.Text
	for next != "" && next[len(next)-1] == 0xff { // not UTF-8, and the largest byte
		next = next[:len(next)-1]
	}
	if last := len(next) - 1; last >= 0 {
		q.text(" AND ", col, " < ")
		q.cell(collection.Cell{Kind: collection.CellText, Text: next[:last] + string([]byte{next[last] + 1})})
	}
	q.text(")")
}

// in adds a list. It rounds the length up to a power of two by repeating the last value, so that lists of any
// length lead to few different statements.
func (q *clause) in(col string, cells []collection.Cell) {
	n := 1
	for n < len(cells) {
		n *= 2
	}
	q.text(col, " IN (")
	for i := range n {
		if i > 0 {
			q.text(", ")
		}
		q.cell(cells[min(i, len(cells)-1)])
	}
	q.text(")")
}
