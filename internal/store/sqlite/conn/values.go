package conn

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Bind binds values of the types that the store uses, as parameters from 1 on. It is not for the hot path.
func (s *Stmt) Bind(args []any) {
	for i, a := range args {
		switch a := a.(type) {
		case nil:
			s.Null(i + 1)
		case string:
			s.Text(i+1, a)
		case []byte:
			s.Blob(i+1, a)
		case int:
			s.Int(i+1, int64(a))
		case int64:
			s.Int(i+1, a)
		case ident.ID:
			s.Int(i+1, int64(a))
		case flow.Incarnation:
			s.Int(i+1, int64(a))
		case flow.Status:
			s.Text(i+1, string(a))
		case bool:
			s.Bool(i+1, a)
		case time.Time:
			s.Time(i+1, a)
		case value.Value:
			s.Value(i+1, a)
		default:
			panic("conn: a value of this type cannot be bound") // a bug in the caller
		}
	}
}

// Cells binds cells as parameters from 1 on.
func (s *Stmt) Cells(cells []collection.Cell) {
	for i := range cells {
		s.Cell(i+1, &cells[i])
	}
}

// Bool binds 1 or 0.
func (s *Stmt) Bool(i int, b bool) {
	n := int64(0)
	if b {
		n = 1
	}
	s.Int(i, n)
}

// Time binds a time as microseconds since 1970, and the zero time as NULL.
func (s *Stmt) Time(i int, t time.Time) {
	if t.IsZero() {
		s.Null(i)
		return
	}
	s.Int(i, t.UnixMicro())
}

// Value binds the exact JSON text, and a missing value as NULL.
func (s *Stmt) Value(i int, v value.Value) {
	if v.IsMissing() {
		s.Null(i)
		return
	}
	s.Text(i, v.Text())
}

// TextOrNull binds a string, and "" as NULL.
func (s *Stmt) TextOrNull(i int, text string) {
	if text == "" {
		s.Null(i)
		return
	}
	s.Text(i, text)
}

// BlobOrNull binds bytes, and nil as NULL.
func (s *Stmt) BlobOrNull(i int, b []byte) {
	if b == nil {
		s.Null(i)
		return
	}
	s.Blob(i, b)
}

// Cell binds the cell of a record.
func (s *Stmt) Cell(i int, c *collection.Cell) {
	switch c.Kind {
	case collection.CellInt:
		s.Int(i, c.Int)
	case collection.CellFloat:
		s.Float(i, c.Float)
	case collection.CellText:
		s.Text(i, c.Text)
	default:
		s.Null(i)
	}
}

// ColumnTime returns what Time has bound.
func (s *Stmt) ColumnTime(i int) time.Time {
	if s.ColumnNull(i) {
		return time.Time{}
	}
	return time.UnixMicro(s.ColumnInt(i)).UTC()
}

// ColumnValue returns what Value has bound.
func (s *Stmt) ColumnValue(i int) value.Value {
	if s.ColumnNull(i) {
		return value.Value{}
	}
	return value.Trusted(s.ColumnText(i))
}

// ColumnCell returns a cell of a field with this kind of storage.
func (s *Stmt) ColumnCell(i int, kind collection.CellKind) collection.Cell {
	switch {
	case s.ColumnNull(i):
		return collection.Cell{}
	case kind == collection.CellFloat:
		return collection.Cell{Kind: kind, Float: s.ColumnFloat(i)}
	case kind == collection.CellInt:
		return collection.Cell{Kind: kind, Int: s.ColumnInt(i)}
	default:
		return collection.Cell{Kind: collection.CellText, Text: s.ColumnText(i)}
	}
}
