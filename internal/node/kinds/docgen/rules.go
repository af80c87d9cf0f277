package main

import (
	"bytes"
	"fmt"
)

// operator is one row of the table of rule operators. A test compares the table with package expr.
type operator struct{ name, holds string }

func operators() []operator {
	return []operator{
		{"equal", "both are the same value: numbers compared exactly, objects in any order of names"},
		{"notEqual", "`equal` does not hold"},
		{"gt", "left is greater than right: numbers, or texts by their bytes (which orders RFC 3339 times of one zone)"},
		{"gte", "left is greater than or equal to right"},
		{"lt", "left is less than right"},
		{"lte", "left is less than or equal to right"},
		{"includes", "left is a list that has right among its elements, or a text that has right as a part"},
		{"notIncludes", "`includes` does not hold"},
		{"startsWith", "left is a text that starts with right"},
		{"notStartsWith", "`startsWith` does not hold"},
		{"endsWith", "left is a text that ends with right"},
		{"notEndsWith", "`endsWith` does not hold"},
		{"empty", "left is null, missing, `\"\"`, `[]` or `{}`; takes no right side"},
		{"notEmpty", "`empty` does not hold"},
		{"in", "right is a list that has left among its elements"},
		{"notIn", "`in` does not hold"},
		{"matches", "left is a text in which the regular expression right (RE2, written out) is found"},
	}
}

const rulesHead = `
## Rules

` + "`when` is an expression as text, or rules: `{and: [rule, …]}`, `{or: [rule, …]}`, `{not: rule}`, or\n" +
	"`{left: …, op: …, right: …}`, where left and right may be templates." + ` Every test of null is false, except
that null equals null and is empty. A number and a text that is a number are compared as numbers;
` + "`strict: true`" + ` in a rule turns that off.

| op | holds when |
|---|---|
`

func rulesSection(b *bytes.Buffer) {
	b.WriteString(rulesHead)
	for _, o := range operators() {
		fmt.Fprintf(b, "| `%s` | %s |\n", o.name, cell(o.holds))
	}
}
