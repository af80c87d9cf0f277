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
	Default  value.Value // missing: none

	// Was is the field's earlier name: a stored field of that name becomes this one, with its data.
	// Only a plan of changes reads it; it is not a part of the stored definition.
	Was string
	// Precision is how many digits an exact number has in all, at most MaxPrecision, and Scale how
	// many of them stand behind the point. Precision 0: the number is a double.
	Precision, Scale int
	// Options are the values that a select or multiselect takes.
	Options []string
	// Multiple makes a file field hold a list of files.
	Multiple bool

	// Relation, Target, OnDelete and ForeignKey belong to relations only.
	Relation   Relation
	Target     string   // the collection of the other records
	OnDelete   OnDelete // of a belongsTo
	ForeignKey string   // of a hasMany: the belongsTo of Target that names a record of this collection
}

// Relation is how records of two collections belong together.
type Relation string

// The relations. A belongsTo is the id of one record of Target, a column like any other. A hasMany is
// the other side of it and no column: it is there for expand alone.
const (
	BelongsTo Relation = "belongsTo"
	HasMany   Relation = "hasMany"
)

// OnDelete is what becomes of a record when the one it belongs to is deleted.
type OnDelete string

// What may happen then; "" is Restrict.
const (
	Restrict OnDelete = "restrict" // the other record cannot be deleted
	SetNull  OnDelete = "setNull"  // this record stays and belongs to none
	Cascade  OnDelete = "cascade"  // this record is deleted too
)

// Collection is a table of records. Every record also has id, createdAt and updatedAt.
type Collection struct {
	Name   string
	Fields []Field
	// Unique are sets of fields, each of at least two, whose values together no two records share.
	// A record that has null in one of them is like no other.
	Unique [][]string
}

// Others finds a collection by its name.
type Others func(name string) (Collection, bool)

// SystemFields are the fields that every record has and no document may declare.
func SystemFields() []string { return []string{"id", "createdAt", "updatedAt"} }

// Violation is a rule of the collection that values or a query broke. It is a result, not an error:
// the transaction around it goes on.
type Violation struct {
	Code    string // one of the codes of limits.go
	Field   string // e.g. email; for a part of a query its path, e.g. sort[0]
	Message string // names field and value and says what to do
}

// Record is a stored record.
type Record struct {
	ID   int64
	JSON value.Value
}

// Execution names the execution that wrote a record, for the store's own bookkeeping.
type Execution = ident.ID
