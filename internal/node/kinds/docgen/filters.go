package main

import (
	"bytes"
	"fmt"
)

// filterOperators returns the rows of the table of filter operators. A test compares them with package collection.
func filterOperators() []operator {
	return []operator{
		{"$eq", "the field is the value; with `null`: it has none. `{status: open}` is short for it"},
		{"$ne", "`$eq` does not hold, also because the field has no value"},
		{"$gt", "the field is greater: numbers, instants, dates, or texts by their bytes"},
		{"$gte", "it is greater or equal"},
		{"$lt", "it is less"},
		{"$lte", "it is less or equal"},
		{"$in", "the field is one of a list of values; of an empty list it is none"},
		{"$notIn", "`$in` does not hold"},
		{"$includes", "a text has the value as a part; a multiselect has it among its options. With a list: any of them"},
		{"$notIncludes", "`$includes` does not hold"},
		{"$startsWith", "a text starts with the value, or with one of a list"},
		{"$notStartsWith", "`$startsWith` does not hold"},
		{"$endsWith", "a text ends with the value, or with one of a list"},
		{"$notEndsWith", "`$endsWith` does not hold"},
		{"$empty", "the field has no value, or is an empty text or list; takes `true`, or `false` for the opposite"},
		{"$notEmpty", "`$empty` does not hold"},
		{"$null", "the field has no value; takes `true`, or `false` for the opposite"},
		{"$notNull", "`$null` does not hold"},
		{"$between", "the field is from the first to the second of two values, both included"},
	}
}

const filtersHead = `
## Filters

A filter is an object: ` + "`{status: open, total: {$gte: 100, $lt: 200}}`" + `. Everything in it must hold. ` + "`$and`" + ` and
` + "`$or`" + ` take lists of filters, ` + "`$not`" + ` takes one: ` + "`{$or: [{status: open}, {$not: {total: {$gt: 0}}}]}`" + `.
A field of a related record stands behind the relation: ` + "`{customer.city: Bonn}`, or `{customer: {city: Bonn}}`" + `.

Values are bound, never pasted into SQL. Where a template gives a value, data cannot bring an operator
along. A comparison whose template gives null fails the node: ask with ` + "`$null`" + ` for records without a
value, or give the template one with ` + "`??`" + `.

| operator | holds when |
|---|---|
`

func filtersSection(b *bytes.Buffer) {
	b.WriteString(filtersHead)
	for _, o := range filterOperators() {
		fmt.Fprintf(b, "| `%s` | %s |\n", o.name, cell(o.holds))
	}
}
