package tables

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Clause is a piece of SQL with the cells bound to its parameters, in order. The text never contains outside
// input: names come from the catalog, values are parameters.
type Clause struct {
	sql   strings.Builder
	Cells []collection.Cell // by parameter
}

// Text adds parts of the text.
func (q *Clause) Text(parts ...string) {
	for _, p := range parts {
		q.sql.WriteString(p)
	}
}

// Cell adds a parameter.
func (q *Clause) Cell(c collection.Cell) {
	q.sql.WriteByte('?')
	q.Cells = append(q.Cells, c)
}

// Int adds a parameter.
func (q *Clause) Int(n int64) { q.Cell(collection.Cell{Kind: collection.CellInt, Int: n}) }

// SQL returns the text.
func (q *Clause) SQL() string { return q.sql.String() }

// Each runs the clause and calls f for each row.
func (q *Clause) Each(with Querier, f func(*conn.Stmt)) error {
	return with.QueryCells(q.SQL(), q.Cells, f)
}

// Querier runs a text with cells as the bound values and calls f for each row: *reader.Reader or *writer.Tx.
type Querier interface {
	QueryCells(sql string, cells []collection.Cell, f func(*conn.Stmt)) error
}

// TextCell returns a cell with a text.
func TextCell(text string) collection.Cell {
	return collection.Cell{Kind: collection.CellText, Text: text}
}

// The prefixes for columns of a collection's table, and of the table that a belongsTo refers to.
const (
	Alias       = "t."
	targetAlias = "r."
)

// ColumnOf returns the SQL name of a column.
func ColumnOf(c collection.Column) string {
	switch c.Index {
	case collection.ID:
		return "id"
	case collection.CreatedAt:
		return "created_at"
	case collection.UpdatedAt:
		return "updated_at"
	default:
		return `"` + Column(c.Field.Name) + `"`
	}
}

// Where adds a condition on the table t. nil is true.
func (q *Clause) Where(b *collection.Bound) {
	switch {
	case b == nil:
		q.Text("1")
	case b.Op == collection.And:
		q.parts(b.Parts, " AND ", "1")
	case b.Op == collection.Or:
		q.parts(b.Parts, " OR ", "0")
	case b.Via != nil:
		q.via(b)
	default:
		q.comparison(Alias, b)
	}
}

func (q *Clause) parts(parts []collection.Bound, between, none string) {
	if len(parts) == 0 {
		q.Text(none)
		return
	}
	for i := range parts {
		if i == 0 {
			q.Text("(")
		} else {
			q.Text(between)
		}
		q.Where(&parts[i])
	}
	q.Text(")")
}

// via adds a condition on the record that a belongsTo refers to.
func (q *Clause) via(b *collection.Bound) {
	if b.Negated {
		q.Text("NOT ")
	}
	q.Text("EXISTS (SELECT 1 FROM ", Name(b.Via.Field.Target), " r WHERE r.id = ", Alias, ColumnOf(*b.Via), " AND ")
	there := *b
	there.Negated = false
	q.comparison(targetAlias, &there)
	q.Text(")")
}

// comparison adds a condition on one column. In SQL a comparison with null is neither true nor false; a negated
// comparison must be true for null.
func (q *Clause) comparison(table string, b *collection.Bound) {
	col := table + ColumnOf(b.Column)
	switch b.Op {
	case collection.Null:
		q.Text(col, " IS ", not(b.Negated), "NULL")
		return
	case collection.Eq:
		if b.Negated {
			q.Text(col, " IS NOT ")
		} else {
			q.Text(col, " = ")
		}
		q.Cell(b.Cells[0])
		return
	}
	if b.Negated {
		q.Text("(")
	}
	q.positive(col, b)
	if b.Negated {
		q.Text(") IS NOT TRUE")
	}
}

func not(negated bool) string {
	if negated {
		return "NOT "
	}
	return ""
}

// positive adds a comparison and ignores its negation.
func (q *Clause) positive(col string, b *collection.Bound) {
	switch b.Op {
	case collection.Gt:
		q.Text(col, " > ")
		q.Cell(b.Cells[0])
	case collection.Gte:
		q.Text(col, " >= ")
		q.Cell(b.Cells[0])
	case collection.Lt:
		q.Text(col, " < ")
		q.Cell(b.Cells[0])
	case collection.Lte:
		q.Text(col, " <= ")
		q.Cell(b.Cells[0])
	case collection.In:
		q.In(col, b.Cells)
	case collection.Includes:
		if b.Column.Field.Type == collection.Multiselect {
			q.Text("EXISTS (SELECT 1 FROM json_each(", col, ") WHERE value = ")
			q.Cell(b.Cells[0])
			q.Text(")")
			return
		}
		q.Text("instr(", col, ", ")
		q.Cell(b.Cells[0])
		q.Text(") > 0")
	case collection.StartsWith:
		q.startsWith(col, b.Cells[0])
	case collection.EndsWith:
		q.Text("substr(CAST(", col, " AS BLOB), ")
		q.Int(-int64(len(b.Cells[0].Text)))
		q.Text(") = CAST(")
		q.Cell(b.Cells[0])
		q.Text(" AS BLOB)")
	default:
		panic("tables: a filter has the operator " + string(b.Op)) // a bug: CheckFilter returns no other operator
	}
}

// startsWith adds a range, so that an index can be used. In byte order, the texts that begin with a prefix lie
// between the prefix and the next text that does not begin with it.
func (q *Clause) startsWith(col string, prefix collection.Cell) {
	q.Text("(", col, " >= ")
	q.Cell(prefix)
	next := prefix.Text
	for next != "" && next[len(next)-1] == 0xff { // not UTF-8, and the largest byte
		next = next[:len(next)-1]
	}
	if last := len(next) - 1; last >= 0 {
		q.Text(" AND ", col, " < ")
		q.Cell(collection.Cell{Kind: collection.CellText, Text: next[:last] + string([]byte{next[last] + 1})})
	}
	q.Text(")")
}

// In adds a list. It rounds the length up to a power of two by repeating the last value, so that lists of any
// length lead to few different statements.
func (q *Clause) In(col string, cells []collection.Cell) {
	n := 1
	for n < len(cells) {
		n *= 2
	}
	q.Text(col, " IN (")
	for i := range n {
		if i > 0 {
			q.Text(", ")
		}
		q.Cell(cells[min(i, len(cells)-1)])
	}
	q.Text(")")
}
