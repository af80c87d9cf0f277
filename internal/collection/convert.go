package collection

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/value"
)

// shape describes a field's type with all properties that determine which values it can hold. It is used in
// messages and to compare two types.
func (f Field) shape() string {
	switch {
	case f.Type == Number && f.Precision > 0:
		return "number of " + strconv.Itoa(f.Precision) + " digits, " + strconv.Itoa(f.Scale) + " behind the point"
	case f.Type == File && f.Multiple:
		return "list of files"
	case f.Type == Select || f.Type == Multiselect:
		return string(f.Type) + " of " + strings.Join(f.Options, ", ")
	case f.Type == Relates && f.Stored():
		return "relation to " + f.Target
	case f.Type == Relates:
		return "hasMany"
	default:
		return string(f.Type)
	}
}

// keeps reports whether every value of old is also a value of f, so that Convert loses nothing.
func keeps(old, f Field) bool {
	simple := old.textual() && old.Type != Text || old.Type == Integer || old.Type == Number || old.Type == Boolean ||
		old.Type == Date || old.Type == Datetime || old.Type == Relates
	switch f.Type {
	case String:
		return simple
	case Text:
		return simple || old.Type == Text
	case JSON:
		return old.Type != Text // quoted text may be too long
	case Integer:
		return old.Type == Relates
	case Number:
		return old.Type == Number && keepsDigits(old, f)
	case Datetime:
		return old.Type == Date
	case Select:
		return old.Type == Select && within(old.Options, f.Options)
	case Multiselect:
		return (old.Type == Select || old.Type == Multiselect) && within(old.Options, f.Options)
	case File:
		return old.Type == File && f.Multiple
	default:
		return false
	}
}

// within reports whether every option is in more.
func within(options, more []string) bool {
	return !slices.ContainsFunc(options, func(o string) bool { return !slices.Contains(more, o) })
}

func keepsDigits(old, f Field) bool {
	const doubleDigits = 15 // every double keeps this many decimal digits
	switch {
	case old.Precision == 0:
		return f.Precision == 0
	case f.Precision == 0:
		return old.Precision <= doubleDigits
	default:
		return f.Scale >= old.Scale && f.Precision-f.Scale >= old.Precision-old.Scale
	}
}

// Convert returns the new value of a cell when the field becomes to. ok is false if the conversion loses data.
// The cell is then null because to has no such value, or an array without the removed options. The store must
// check that a record exists to which a new relation refers. Null remains null.
func (f Field) Convert(to Field, cell Cell) (converted Cell, ok bool) {
	if cell.Kind == CellNull {
		return Cell{}, true
	}
	if f.Type == Relates && to.Type == Relates && f.Target != to.Target {
		return Cell{}, false // the same id would identify another record
	}
	v, whole := f.Render(cell), true
	switch {
	case f.Type == Datetime && to.Type == Date:
		at := time.UnixMicro(cell.Int).UTC()
		if !at.Equal(at.Truncate(24 * time.Hour)) {
			return Cell{}, false
		}
		v = value.String(at.Format(time.DateOnly))
	case f.Type == Multiselect && to.Type == Multiselect:
		all := v.Len()
		v = chosen(v, to.Options)
		whole = v.Len() == all
	case v.Kind() == value.KindArray && v.Len() == 1 && (to.Type == Select || to.Type == File && !to.Multiple):
		v = v.At(0)
	}
	to.Required = false
	converted, broken := to.admit(v)
	return converted, broken == nil && whole
}

// chosen returns an array without the options that were removed.
func chosen(v value.Value, options []string) value.Value {
	var b value.ArrayBuilder
	for element := range v.Elements() {
		if text, _ := element.Str(); slices.Contains(options, text) {
			b.Add(element)
		}
	}
	return b.Value()
}
