package collection

import (
	"strings"

	"hookline.dev/hookline/internal/nearest"
)

// Column identifies a column of a collection: a field of Collection.Fields or a system field.
type Column struct {
	Index int // index in Fields, or ID, CreatedAt, UpdatedAt
	Field Field
}

// The system columns. Their fields are an integer and two datetimes.
const (
	ID        = -1
	CreatedAt = -2
	UpdatedAt = -3
)

// Cell returns the column's cell of a record.
func (c Column) Cell(r Row) Cell {
	switch c.Index {
	case ID:
		return Cell{Kind: CellInt, Int: r.ID}
	case CreatedAt:
		return Cell{Kind: CellInt, Int: r.Created.UnixMicro()}
	case UpdatedAt:
		return Cell{Kind: CellInt, Int: r.Updated.UnixMicro()}
	default:
		return r.Cells[c.Index]
	}
}

// system returns the column of a system field.
func system(name string) (Column, bool) {
	switch name {
	case "id":
		return Column{ID, Field{Name: name, Type: Integer, Required: true, Unique: true}}, true
	case "createdAt":
		return Column{CreatedAt, Field{Name: name, Type: Datetime, Required: true}}, true
	case "updatedAt":
		return Column{UpdatedAt, Field{Name: name, Type: Datetime, Required: true}}, true
	default:
		return Column{}, false
	}
}

// column finds a field or system field by name. It also finds a hasMany, although that has no column.
func (c Collection) column(name string) (Column, *Violation) {
	if i := c.index(name); i >= 0 {
		return Column{i, c.Fields[i]}, nil
	}
	if column, ok := system(name); ok {
		return column, nil
	}
	return Column{}, c.unknownIn(name, SystemFields())
}

// stored is column for names that must have a column. what is the verb for the message.
func (c Collection) stored(name, what string) (Column, *Violation) {
	column, broken := c.column(name)
	if broken == nil && !column.Field.Stored() {
		return column, &Violation{Code: CodeQuery, Field: name, Message: name + " is a hasMany, whose records are in " +
			column.Field.Target + ": " + what + " there by " + column.Field.ForeignKey}
	}
	return column, broken
}

// unknownIn returns the violation for a name that is neither a field of the collection nor in more.
func (c Collection) unknownIn(name string, more []string) *Violation {
	v := &Violation{Code: CodeUnknownField, Field: clip(name), Message: "collection " + c.Name + " has no field " + quote(clip(name))}
	names := make([]string, 0, len(c.Fields)+len(more))
	for _, f := range c.Fields {
		names = append(names, f.Name)
	}
	names = append(names, more...)
	switch near, ok := nearest.Name(name, names); {
	case ok:
		v.Message += "; did you mean " + near + "?"
	case len(names) <= shownNames:
		v.Message += "; it has " + strings.Join(names, ", ")
	}
	return v
}

// shownNames is the largest number of names that a message lists.
const shownNames = 20
