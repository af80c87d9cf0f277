package query

import (
	"net/netip"
	"slices"
)

// Resource is a list that can be queried.
type Resource string

// The resources.
const (
	Executions Resource = "executions"
	Deliveries Resource = "deliveries"
)

// Query is a parsed query. The zero Query matches everything.
type Query struct {
	Terms []Term // all of them must match
}

// Term is one condition.
type Term struct {
	Field string    // the name in Fields; FreeText for a text without a field
	Name  string    // what follows the dot: of a label, a header (in lower case), a query parameter
	Path  []Segment // what follows the dot of data
	Not   bool      // the term matches what its values do not match
	Any   []Value   // alternatives, at least one
	// Start and End are the place of the term in the text that was parsed, in bytes.
	Start, End int
}

// Segment is one step of a path into data.
type Segment struct {
	Name string // of a member, or the index of an element
	Any  bool   // every member or element: *
}

// Op is how a value is compared.
type Op uint8

// The operations.
const (
	Equal    Op = iota // Text; in data also a number or a constant with that text
	Prefix             // begins with Text
	Present            // there is any value
	Range              // between Min and Max, both included; in data a number between Low and High
	Contains           // Text occurs in the content, whatever the case of its letters
	Network            // the address is in Net
)

// Value is one alternative of a term.
type Value struct {
	Op   Op
	Text string
	// Min and Max are the bounds of a Range: nanoseconds for durations, microseconds since 1970 for times, ids, and
	// plain numbers. math.MinInt64 and math.MaxInt64 stand for no bound.
	Min, Max int64
	// Low and High are the bounds of a Range in data.
	Low, High Limit
	Net       netip.Prefix

	written string // canonical text
}

// Limit is a bound of a range of exact decimal numbers.
type Limit struct {
	Number string // JSON number; "": no bound
	Open   bool   // the number itself is outside
}

// Field returns the terms of one field that are not negated.
func (q Query) Field(name string) []Term {
	var list []Term
	for _, t := range q.Terms {
		if t.Field == name && !t.Not {
			list = append(list, t)
		}
	}
	return list
}

// Content reports whether the query asks for what is inside calls: data, headers, parameters or a free text. Such
// conditions have no index.
func (q Query) Content() bool {
	return slices.ContainsFunc(q.Terms, func(t Term) bool { return t.Content() })
}

// Content reports whether the term asks for what is inside calls.
func (t Term) Content() bool {
	return slices.ContainsFunc(Fields(), func(f Field) bool { return f.Name == t.Field && f.Content })
}

// And returns a query for what both match.
func (q Query) And(more ...Term) Query {
	return Query{Terms: append(slices.Clone(q.Terms), more...)}
}

// Is returns the term FIELD:VALUE,... for a field with exact values, such as status or workflow. The values are not
// checked.
func Is(field string, values ...string) Term {
	t := Term{Field: field}
	for _, v := range values {
		t.Any = append(t.Any, Value{Op: Equal, Text: v, written: quoteValue(v)})
	}
	return t
}
