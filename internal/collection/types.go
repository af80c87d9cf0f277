package collection

import "slices"

// Type is the type of a field.
type Type string

// The field types (SPEC §9).
const (
	String      Type = "string"      // up to MaxString bytes
	Text        Type = "text"        // up to MaxText bytes
	Integer     Type = "integer"     // 64-bit signed
	Number      Type = "number"      // with Precision exact digits, else a double whose text must survive the trip
	Boolean     Type = "boolean"     //
	Datetime    Type = "datetime"    // an instant, kept in UTC to the microsecond
	Date        Type = "date"        // a day of the calendar, YYYY-MM-DD, in no time zone
	JSON        Type = "json"        // any value, exact text
	Email       Type = "email"       // the address alone, as written
	URL         Type = "url"         // absolute, http or https, as written
	Phone       Type = "phone"       // digits, with + before them when it was given; separators are dropped
	Select      Type = "select"      // one of Options
	Multiselect Type = "multiselect" // some of Options, in the order given, each once
	File        Type = "file"        // what $context.files holds of a file, or with Multiple a list of such
	Relates     Type = "relation"    // see Relation
)

// Types lists the field types in the order of the documentation.
func Types() []Type {
	return []Type{String, Text, Integer, Number, Boolean, Datetime, Date, JSON, Email, URL, Phone, Select, Multiselect, File, Relates}
}

// later are the things of a definition that no store keeps yet: types, and the properties precision,
// multiple, was and unique (of a collection). It is the one place to change when the stores learn
// more: Check asks it, and documents and stores ask Check.
func later() []string { return nil }

// notYet is the sentence about a part that no store keeps yet, or nothing.
func notYet(later []string, what string) string {
	if !slices.Contains(later, what) {
		return ""
	}
	if slices.Contains(Types(), Type(what)) {
		return "the type " + quote(what) + " is not yet supported"
	}
	return quote(what) + " is not yet supported; leave it out"
}

// Storage is the storage class of a field's column: CellInt, CellFloat or CellText, whose column may
// also hold CellNull. It is CellNull for a hasMany, which has no column.
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

// textual reports whether a field's cell is the text that its value is.
func (f Field) textual() bool {
	switch f.Type {
	case String, Text, Email, URL, Phone, Select:
		return true
	default:
		return false
	}
}

// ordered reports whether values of the field have an order, and so can be compared and sorted.
func (f Field) ordered() bool {
	switch f.Type {
	case Integer, Number, Datetime, Date:
		return true
	default:
		return f.textual()
	}
}

// plain reports whether a field's values are short and single, so that they can have an index, be
// unique, and group records.
func (f Field) plain() bool {
	switch f.Type {
	case Text, JSON, Multiselect, File:
		return false
	default:
		return f.Stored()
	}
}
