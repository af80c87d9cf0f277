package collection

import (
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/value"
)

// CellKind is the storage class of a Cell.
type CellKind uint8

// The storage classes.
const (
	CellNull CellKind = iota
	CellInt
	CellFloat
	CellText
)

// Cell is the value of one field in the form in which a store keeps it. A boolean is the integer 0 or 1. A
// datetime is the number of microseconds since 1970-01-01T00:00:00Z. A json value is its exact text.
type Cell struct {
	Kind  CellKind
	Int   int64
	Float float64
	Text  string
}

// Admitted is a record that meets the rules of its collection and has no id yet.
type Admitted struct {
	Created time.Time // createdAt and updatedAt, UTC to the microsecond
	Cells   []Cell    // in the order of the collection's fields
	tail    string    // the record's JSON after the id
}

// At returns the record as if it had been admitted at another time.
func (a Admitted) At(now time.Time) Admitted {
	now = now.UTC().Truncate(time.Microsecond)
	old := len(appendHead(make([]byte, 0, tailRoom), a.Created, a.Created))
	text := appendHead(make([]byte, 0, len(a.tail)+tailRoom), now, now)
	a.Created, a.tail = now, string(append(text, a.tail[old:]...))
	return a
}

// JSON returns the whole record with its id, in the same form as Render.
func (a Admitted) JSON(id int64) value.Value {
	buf := make([]byte, 0, len(a.tail)+len(idHead)+20)
	buf = strconv.AppendInt(append(buf, idHead...), id, 10)
	return value.Trusted(string(append(buf, a.tail...)))
}

// tailRoom is the usual size of names, system fields and nulls besides the given values, in bytes.
const tailRoom = 160

// idHead is the beginning of every record's JSON.
const idHead = `{"id":`

// Admit checks the values of a new record against every rule that does not depend on other records, adds the
// defaults, and returns what a store must write. now becomes createdAt and updatedAt. A missing field gets its
// default; an explicit null remains null. The store must check uniqueness and the targets of relations.
//
// HTML forms have no types. So an integer, number or boolean may also be given as a string that represents it
// exactly, and a string or text field accepts a number or boolean as its exact text.
func (c Collection) Admit(values value.Value, now time.Time) (Admitted, *Violation) {
	given, broken := c.sort(values)
	if broken != nil {
		return Admitted{}, broken
	}
	now = now.UTC().Truncate(time.Microsecond)
	a := Admitted{Created: now, Cells: make([]Cell, len(c.Fields))}
	for i := range c.Fields {
		v := given[i]
		if v.IsMissing() {
			v = c.Fields[i].Default
		}
		cell, broken := c.Fields[i].admit(v)
		if broken != nil {
			return Admitted{}, broken
		}
		a.Cells[i] = cell
	}
	room := make([]byte, 0, tailRoom+len(values.Text()))
	a.tail = string(c.appendTail(room, now, now, a.Cells))
	if len(a.tail) > MaxRecord {
		return Admitted{}, tooLong(len(a.tail))
	}
	return a, nil
}

// sort returns the given values in the order of the fields.
func (c Collection) sort(values value.Value) ([]value.Value, *Violation) {
	if values.Kind() != value.KindObject {
		return nil, &Violation{Code: CodeType, Message: "the values must be an object by field name, not " +
			describe(values)}
	}
	given := make([]value.Value, len(c.Fields))
	next := 0 // most senders use the order of the fields
	for name, v := range values.Members() {
		i := next
		if i >= len(c.Fields) || c.Fields[i].Name != name {
			i = c.index(name)
		}
		next = i + 1
		if i < 0 {
			return nil, c.unknown(name)
		}
		given[i] = v
	}
	return given, nil
}

func (c Collection) index(name string) int {
	for i := range c.Fields {
		if c.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

func (c Collection) unknown(name string) *Violation {
	v := &Violation{Code: CodeUnknownField, Field: name}
	if slices.Contains(SystemFields(), name) {
		v.Message = name + " is set by the store: leave it out"
		return v
	}
	return c.unknownIn(name, nil)
}

// DefaultCell returns the stored form of the field's default, null if there is none.
func (f Field) DefaultCell() Cell {
	cell, broken := f.admit(f.Default)
	if broken != nil {
		return Cell{}
	}
	return cell
}
