package collection

import "context"
import "hookline.dev/hookline/internal/value"

// Query selects records. Its parts are checked against the collection by Collection.CheckQuery.
type Query struct {
	Collection string
	Filter     *Filter  // nil: all
	Sort       []Sort   // the id, in the direction of the last one, decides between equals; nil: newest first
	Fields     []string // nil: all; the id is always there
	Expand     []string // relations whose records stand in place of their ids, e.g. customer or lines
	After      string   // Found.Next of the page before; with it Page must be 0
	Page       int      // from 1; pages far behind cost what is skipped, cursors do not
	PageSize   int      // 0: DefaultPageSize; at most MaxPageSize
	Count      bool     // also count all that the filter selects
}

// Sort is one key of an order.
type Sort struct {
	Field string
	Desc  bool
}

// The sizes of pages (SPEC §9).
const (
	DefaultPageSize = 20
	MaxPageSize     = 500
)

// Found is a page of records.
type Found struct {
	Records []Record
	Next    string // the cursor of the next page; "" on the last
	Count   int64  // of all, when it was asked for; else -1
}

// Aggregate reduces records to numbers.
type Aggregate struct {
	Collection string
	Function   string   // count, sum, avg, min, max
	Field      string   // "" only for count
	Distinct   bool     // count: different values of Field
	Filter     *Filter  // nil: all
	GroupBy    []string // with it the result is an array of {field..., "value"}, at most MaxGroups, largest first
}

// MaxGroups is how many groups an Aggregate may have.
const MaxGroups = 10_000

// Reader reads records: what find and aggregate nodes, and the API, read through.
type Reader interface {
	// Find returns a page. A query that does not fit its collection is fault.Invalid naming the part;
	// fault.NotFound when there is no such collection.
	Find(context.Context, Query) (Found, error)
	// Aggregate returns a number (null for no records, but 0 for count and sum), or the rows.
	Aggregate(context.Context, Aggregate) (value.Value, error)
}
