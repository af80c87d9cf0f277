package collection

import "hookline.dev/hookline/internal/value"

// Filter is a condition on records: a tree of And, Or and Not over comparisons (SPEC §9).
type Filter struct {
	Op    FilterOp
	Parts []Filter    // for And, Or and Not
	Field string      // for a comparison: a field, or relation.field for a field of the related record
	Value value.Value // value to compare with; an array for In, NotIn and Between
}

// FilterOp is the operator of a Filter, by its name in documents and URLs.
type FilterOp string

// The operators.
const (
	And FilterOp = "$and"
	Or  FilterOp = "$or"
	Not FilterOp = "$not"

	Eq            FilterOp = "$eq"
	Ne            FilterOp = "$ne"
	Gt            FilterOp = "$gt"
	Gte           FilterOp = "$gte"
	Lt            FilterOp = "$lt"
	Lte           FilterOp = "$lte"
	In            FilterOp = "$in"
	NotIn         FilterOp = "$notIn"
	Includes      FilterOp = "$includes"
	NotIncludes   FilterOp = "$notIncludes"
	StartsWith    FilterOp = "$startsWith"
	NotStartsWith FilterOp = "$notStartsWith"
	EndsWith      FilterOp = "$endsWith"
	NotEndsWith   FilterOp = "$notEndsWith"
	Empty         FilterOp = "$empty"
	NotEmpty      FilterOp = "$notEmpty"
	Null          FilterOp = "$null"
	NotNull       FilterOp = "$notNull"
	Between       FilterOp = "$between"
)

// Operators returns the comparison operators, in the order of the documentation.
func Operators() []FilterOp {
	return []FilterOp{
		Eq, Ne, Gt, Gte, Lt, Lte, In, NotIn, Includes, NotIncludes, StartsWith, NotStartsWith,
		EndsWith, NotEndsWith, Empty, NotEmpty, Null, NotNull, Between,
	}
}

// Bounds of a filter.
const (
	MaxFilterParts  = 500  // conditions in one filter
	MaxFilterDepth  = 16   // nesting of And, Or and Not
	MaxFilterIn     = 1000 // values of In, NotIn
	MaxFilterValues = 5000 // values in one filter

	maxFilterProblems = 50 // largest number of problems reported for one filter
)
