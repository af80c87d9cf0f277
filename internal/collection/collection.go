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

// OpKind is what an Op does.
type OpKind string

// Create is the one operation that exists now.
const Create OpKind = "create"

// Op is a write that a record node asks for. It is plain data: the engine puts it into the Commit of
// the step that asked, and the store applies it in that transaction, so it happens exactly once.
type Op struct {
	Kind       OpKind
	Collection string
	Values     value.Value // object by field name
}

// Outcome is what became of an Op: a record, or the rule it broke.
type Outcome struct {
	Record    value.Value // the whole record as stored, system fields first
	Violation *Violation
}

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
