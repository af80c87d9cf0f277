package collection

import (
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Type is the type of a field.
type Type string

// The field types that exist now (SPEC §9 lists those to come).
const (
	String   Type = "string"   // up to MaxString bytes
	Text     Type = "text"     // up to MaxText bytes
	Integer  Type = "integer"  // 64-bit signed
	Number   Type = "number"   // double; its text must survive the trip, else refused
	Boolean  Type = "boolean"  //
	Datetime Type = "datetime" // an instant, kept in UTC to the microsecond
	JSON     Type = "json"     // any value, exact text
)

// Types lists the field types in the order of the documentation.
func Types() []Type { return []Type{String, Text, Integer, Number, Boolean, Datetime, JSON} }

// Field is one column of a collection.
type Field struct {
	Name     string
	Type     Type
	Required bool
	Unique   bool
	Index    bool
	Default  value.Value // missing: none
}

// Collection is a table of records. Every record also has id, createdAt and updatedAt.
type Collection struct {
	Name   string
	Fields []Field
}

// SystemFields are the fields that every record has and no document may declare.
func SystemFields() []string { return []string{"id", "createdAt", "updatedAt"} }

// Violation is a rule of the collection that values broke. It is a result, not an error: the
// transaction around it goes on.
type Violation struct {
	Code    string // unknown-collection, unknown-field, required, type, unique, too-large
	Field   string
	Message string // names field and value and says what to do
}

// Record is a stored record.
type Record struct {
	ID   int64
	JSON value.Value
}

// Execution names the execution that wrote a record, for the store's own bookkeeping.
type Execution = ident.ID
