package collection

import (
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Field is one column of a collection.
type Field struct {
	Name     string
	Type     Type
	Required bool
	Unique   bool
	Index    bool
	Default  value.Value // a missing value means no default

	// Was is the earlier name of a renamed field: the stored field of that name becomes this one and keeps its
	// data. Only the plan of changes uses it; it is not stored with the definition.
	Was string
	// Precision is the total number of digits of an exact number, at most MaxPrecision. Scale is how many of them
	// are decimal places. With Precision 0 the number is a double.
	Precision, Scale int
	// Options are the allowed values of a select or multiselect.
	Options []string
	// Multiple allows a list of files in a file field.
	Multiple bool

	// The fields below are for relations only.
	Relation   Relation
	Target     string   // the other collection
	OnDelete   OnDelete // for a belongsTo
	ForeignKey string   // for a hasMany: the belongsTo field of Target that refers to this collection
}

// Relation is the kind of a relation between two collections.
type Relation string

// The relations. A belongsTo is a column that contains the id of one record of Target. A hasMany is the other
// side of a belongsTo and has no column; it exists only for expand.
const (
	BelongsTo Relation = "belongsTo"
	HasMany   Relation = "hasMany"
)

// OnDelete is what happens to a record when the record that it belongs to is deleted.
type OnDelete string

// The actions. "" means Restrict.
const (
	Restrict OnDelete = "restrict" // the other record cannot be deleted
	SetNull  OnDelete = "setNull"  // this record remains, with null in the field
	Cascade  OnDelete = "cascade"  // this record is deleted too
)

// Collection is a table of records. Every record also has id, createdAt and updatedAt.
type Collection struct {
	Name   string
	Fields []Field
	// Unique contains sets of at least two fields whose combination of values must be unique. A record with null
	// in one of the fields never conflicts.
	Unique [][]string
}

// Others finds a collection by name.
type Others func(name string) (Collection, bool)

// SystemFields returns the names of the fields that every record has and that no definition may declare.
func SystemFields() []string { return []string{"id", "createdAt", "updatedAt"} }

// Violation is a broken rule of a collection, by values or by a query. It is a result and not an error: the
// surrounding transaction continues.
type Violation struct {
	Code    string // one of the Code constants
	Field   string // for example email; in a query the path, for example sort[0]
	Message string // names field and value and says how to fix it
}

// Record is a stored record, with its id and its JSON.
type Record struct {
	ID   int64
	JSON value.Value
}

// Execution is the id of the execution that wrote a record.
type Execution = ident.ID
