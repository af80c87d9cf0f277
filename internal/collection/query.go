package collection

import "context"
import "hookline.dev/hookline/internal/value"

// Query selects records. Collection.CheckQuery checks its parts against the collection.
type Query struct {
	Collection string
	Filter     *Filter  // nil: every record
	Sort       []Sort   // ties are broken by id, in the direction of the last key; nil: newest first
	Fields     []string // nil: all; the id is always included
	Expand     []string // relations to replace by their records, for example customer or lines
	After      string   // Found.Next of the previous page; Page must be 0 then
	Page       int      // from 1; the cost grows with the number of skipped records, unlike with After
	PageSize   int      // 0: DefaultPageSize; at most MaxPageSize
	Count      bool     // also count all records that the filter selects
}

// Sort is one key of a sort order.
type Sort struct {
	Field string
	Desc  bool
}

// Sizes of pages (SPEC §9).
const (
	DefaultPageSize = 20
	MaxPageSize     = 500
)

// Found is a page of records.
type Found struct {
	Records []Record
	Next    string // cursor of the next page; "" on the last page
	Count   int64  // number of selected records if Query.Count is set, else -1
}

// Aggregate reduces records to one number, or to one per group.
type Aggregate struct {
	Collection string
	Function   string   // count, sum, avg, min, max
	Field      string   // "" is allowed only for count
	Distinct   bool     // for count: count the different values of Field
	Filter     *Filter  // nil: every record
	GroupBy    []string // if set, the result is an array of {field..., "value"}, at most MaxGroups, largest first
}

// MaxGroups is the largest number of groups in the result of an Aggregate.
const MaxGroups = 10_000

// Reader is the interface through which nodes and the API read records.
type Reader interface {
	// Find returns a page of records. The error is of kind fault.Invalid, naming the part, if the query does not
	// fit its collection; of kind fault.NotFound if there is no such collection; of kind fault.Timeout if the
	// context ends.
	Find(context.Context, Query) (Found, error)
	// Aggregate returns a number, or the array of groups. Without records the number is 0 for count and sum, else
	// null. The errors are those of Find.
	Aggregate(context.Context, Aggregate) (value.Value, error)
}
