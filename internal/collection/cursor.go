package collection

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// maxCursor is the largest length of a cursor, in bytes. A cursor contains at most MaxSortKeys strings, besides
// the id and the order.
const maxCursor = 256 << 10

// Cursor returns the position after a record: the order and the record's cells in it, as base64url of a JSON
// array. It is neither secret nor signed. ReadCursor checks it like any other input, and it only selects a start
// among records that the caller may read anyway.
func (s Selection) Cursor(last Row) string {
	var b value.ArrayBuilder
	b.Add(value.String(s.orderText()))
	for _, o := range s.Order {
		b.Add(o.Column.Field.Render(o.Column.Cell(last)))
	}
	return base64.RawURLEncoding.EncodeToString([]byte(b.Value().Text()))
}

// ReadCursor reads a cursor that Cursor wrote for the same order. Everything else is a violation.
func (s Selection) ReadCursor(cursor string) ([]Cell, *Violation) {
	if len(cursor) > maxCursor {
		return nil, badCursor()
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return nil, badCursor()
	}
	v, err := value.ParseBytes(text, value.Limits{Depth: 2})
	if err != nil || v.Kind() != value.KindArray || v.Len() != len(s.Order)+1 {
		return nil, badCursor()
	}
	if order, _ := v.At(0).Str(); order != s.orderText() {
		return nil, queryError("after", "the cursor belongs to another order: begin at the first page when sort changes")
	}
	cells := make([]Cell, 0, len(s.Order))
	for i, o := range s.Order {
		// An option or address that is no longer valid is still a position in the order.
		f := Field{Name: o.Column.Field.Name, Type: o.Column.Field.Type, Required: o.Column.Index < 0,
			Precision: o.Column.Field.Precision, Scale: o.Column.Field.Scale, Relation: o.Column.Field.Relation}
		if f.textual() {
			f.Type = String
		}
		cell, broken := f.admit(v.At(i + 1))
		if broken != nil {
			return nil, badCursor()
		}
		cells = append(cells, cell)
	}
	return cells, nil
}

func badCursor() *Violation {
	return queryError("after", "this is not a valid cursor: give the one of the page before, or none to begin at the first page")
}

// orderText returns the order in the form of the sort parameter, with the scales of exact numbers.
func (s Selection) orderText() string {
	var b strings.Builder
	for _, o := range s.Order {
		if o.Desc {
			b.WriteByte('-')
		}
		b.WriteString(o.Column.Field.Name)
		if p := o.Column.Field; p.Precision > 0 {
			b.WriteString(":" + strconv.Itoa(p.Scale))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// AfterCursor returns the records that follow After in the order, as ranges. A store reads one range after
// another until the page is full. All conditions of a range must match. The ranges are in the order of the
// records and do not overlap: first the records that equal the last record of the previous page in all keys but
// the last, then those that equal it in all but the last two, and so on. An index on the first key can serve each
// range, but not the OR of all. Without After there is one range without conditions.
func (s Selection) AfterCursor() (ranges [][]Bound) {
	if s.After == nil {
		return [][]Bound{nil}
	}
	for last, o := range slices.Backward(s.Order) {
		var same []Bound
		for i := range last {
			same = append(same, equal(s.Order[i].Column, s.After[i]))
		}
		for _, b := range o.after(s.After[last]) {
			ranges = append(ranges, append(slices.Clip(same), b))
		}
	}
	return ranges
}

func equal(column Column, cell Cell) Bound {
	if cell.Kind == CellNull {
		return Bound{Op: Null, Column: column}
	}
	return Bound{Op: Eq, Column: column, Cells: []Cell{cell}}
}

// after returns the ranges that follow a cell in one key. Null comes before every value.
func (o Order) after(cell Cell) []Bound {
	null := Bound{Op: Null, Column: o.Column}
	switch {
	case cell.Kind == CellNull && o.Desc:
		return nil
	case cell.Kind == CellNull:
		null.Negated = true
		return []Bound{null}
	case !o.Desc:
		return []Bound{{Op: Gt, Column: o.Column, Cells: []Cell{cell}}}
	}
	less := Bound{Op: Lt, Column: o.Column, Cells: []Cell{cell}}
	if o.Column.Index < 0 || o.Column.Field.Required {
		return []Bound{less}
	}
	return []Bound{less, null}
}
