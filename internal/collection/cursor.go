package collection

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// maxCursor bounds the text of a cursor, in bytes. A cursor holds MaxSortKeys strings at most.
const maxCursor = 256 << 10

// Cursor names the place behind a record in the order: the order itself, and the record's cells by
// it, as base64url of a JSON array. It is no secret and proves nothing: ReadCursor admits what it
// says like any other input, and it only says where to start among records that may be read anyway.
func (s Selection) Cursor(last Row) string {
	var b value.ArrayBuilder
	b.Add(value.String(s.orderText()))
	for _, o := range s.Order {
		b.Add(o.Column.Field.Render(o.Column.Cell(last)))
	}
	return base64.RawURLEncoding.EncodeToString([]byte(b.Value().Text()))
}

// ReadCursor reads what Cursor wrote for the same order.
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
		return nil, askew("after", "the cursor belongs to another order: begin at the first page when sort changes")
	}
	cells := make([]Cell, 0, len(s.Order))
	for i, o := range s.Order {
		// An option or an address that became wrong since is still a place in the order.
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
	return askew("after", "this is not a valid cursor: give the one of the page before, or none to begin at the first page")
}

// orderText is the order as sort writes it, with the types of its fields.
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

// Beyond is the filter of what stands behind After in the order; nil without After. Its first part
// bounds the first key alone, so that an index on it finds where to begin:
//
//	a >= x and (a > x or (a = x and id > n))
func (s Selection) Beyond() *Bound {
	if s.After == nil {
		return nil
	}
	var beyond Bound
	for i, o := range slices.Backward(s.Order) {
		past := o.past(s.After[i])
		if i < len(s.Order)-1 {
			past = Bound{Op: Or, Parts: []Bound{past, {Op: And, Parts: []Bound{same(o.Column, s.After[i]), beyond}}}}
		}
		beyond = past
	}
	if first, ok := s.Order[0].from(s.After[0]); ok && len(s.Order) > 1 {
		beyond = Bound{Op: And, Parts: []Bound{first, beyond}}
	}
	return &beyond
}

// past is the filter of what stands behind a cell in one key.
func (o Order) past(cell Cell) Bound {
	null := Bound{Op: Null, Column: o.Column}
	switch {
	case cell.Kind == CellNull && o.Desc:
		return Bound{Op: Or} // null is the last
	case cell.Kind == CellNull:
		null.Negated = true
		return null
	case !o.Desc:
		return Bound{Op: Gt, Column: o.Column, Cells: []Cell{cell}}
	case o.Column.Field.Required:
		return Bound{Op: Lt, Column: o.Column, Cells: []Cell{cell}}
	default:
		return Bound{Op: Or, Parts: []Bound{{Op: Lt, Column: o.Column, Cells: []Cell{cell}}, null}}
	}
}

// from is the filter of what stands at a cell or behind it in one key, when that is a range.
func (o Order) from(cell Cell) (Bound, bool) {
	switch {
	case cell.Kind == CellNull:
		return Bound{}, false
	case !o.Desc:
		return Bound{Op: Gte, Column: o.Column, Cells: []Cell{cell}}, true
	case o.Column.Field.Required:
		return Bound{Op: Lte, Column: o.Column, Cells: []Cell{cell}}, true
	default:
		return Bound{}, false
	}
}

func same(column Column, cell Cell) Bound {
	if cell.Kind == CellNull {
		return Bound{Op: Null, Column: column}
	}
	return Bound{Op: Eq, Column: column, Cells: []Cell{cell}}
}
