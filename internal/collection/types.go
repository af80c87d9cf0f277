package collection

import "slices"

// Type is the type of a field.
type Type string

// The field types (SPEC §9).
const (
	String      Type = "string"      // up to MaxString bytes
	Text        Type = "text"        // up to MaxText bytes
	Integer     Type = "integer"     // 64-bit signed
	Number      Type = "number"      // exact with Precision; else a double that keeps the given number exactly
	Boolean     Type = "boolean"     //
	Datetime    Type = "datetime"    // a point in time, kept in UTC to the microsecond
	Date        Type = "date"        // a calendar day, YYYY-MM-DD, without time zone
	JSON        Type = "json"        // any JSON value, kept as its exact text
	Email       Type = "email"       // an address without a display name, as written
	URL         Type = "url"         // absolute, http or https, as written
	Phone       Type = "phone"       // digits, with a leading + if it was given; separators are dropped
	Select      Type = "select"      // one of Options
	Multiselect Type = "multiselect" // some of Options, each at most once, in the given order
	File        Type = "file"        // a file description from $context.files, or with Multiple a list of them
	Relates     Type = "relation"    // see Relation
)

// Types returns the field types in the order of the documentation.
func Types() []Type {
	return []Type{String, Text, Integer, Number, Boolean, Datetime, Date, JSON, Email, URL, Phone, Select, Multiselect, File, Relates}
}

// later returns the features of a definition that no store supports yet: types, and the properties precision,
// multiple, was and unique (of a collection). It is the only place to change when stores support more: Check uses
// it, and documents and stores use Check.
func later() []string { return nil }

// notYet returns the message for a feature that no store supports yet, or "".
func notYet(later []string, what string) string {
	if !slices.Contains(later, what) {
		return ""
	}
	if slices.Contains(Types(), Type(what)) {
		return "the type " + quote(what) + " is not yet supported"
	}
	return quote(what) + " is not yet supported; leave it out"
}

// Storage returns the storage class of a field's column: CellInt, CellFloat or CellText. Such a column may also
// contain CellNull. The result is CellNull for a hasMany, which has no column.
func (f Field) Storage() CellKind {
	switch f.Type {
	case Integer, Boolean, Datetime:
		return CellInt
	case Number:
		if f.Precision > 0 {
			return CellInt
		}
		return CellFloat
	case Relates:
		if f.Relation == HasMany {
			return CellNull
		}
		return CellInt
	default:
		return CellText
	}
}

// Stored reports whether a field has a column.
func (f Field) Stored() bool { return f.Storage() != CellNull }

// textual reports whether a field's cell is the same text as its value.
func (f Field) textual() bool {
	switch f.Type {
	case String, Text, Email, URL, Phone, Select:
		return true
	default:
		return false
	}
}

// ordered reports whether values of the field have an order, so that they can be compared.
func (f Field) ordered() bool {
	switch f.Type {
	case Integer, Number, Datetime, Date:
		return true
	default:
		return f.textual()
	}
}

// plain reports whether a field's values are short scalars, so that they can have an index, be unique, be sorted
// and form groups.
func (f Field) plain() bool {
	switch f.Type {
	case Text, JSON, Multiselect, File:
		return false
	default:
		return f.Stored()
	}
}
