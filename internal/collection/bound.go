package collection

// Bound is a filter that fits its collection: every name is resolved and every value admitted. Stores compile it
// to a query. It has fewer forms than Filter:
//
//   - Op And and Or combine Parts. And without parts selects every record, Or without parts none.
//   - Op Eq, Gt, Gte, Lt, Lte, In, Includes, StartsWith and EndsWith compare Column with Cells, which are never
//     null. In has one or more cells, the others exactly one.
//   - Op Null selects records in which Column is null. It has no Cells.
//
// Not, Between, Empty and every operator with "not" in its name are expressed by these. A Negated comparison
// matches exactly the records that it would not match otherwise, including records with null. So null is not
// equal to "x" and does not include "x", and {"$not": F} is always the complement of F. (In SQL: (a > ?) IS NOT
// TRUE, a IS NOT ?.)
//
// Texts are compared byte by byte: upper and lower case differ, and the order is that of code points. The cell of
// a multiselect is a JSON array of strings; Includes tests whether one of them equals the text in Cells. For other
// types Includes tests whether the column's text contains that text.
//
// Via is nil unless Column belongs to the record that a belongsTo refers to. Then Via is that belongsTo in this
// collection, and Column belongs to Via.Field.Target. If there is no such record, the comparison does not match
// (and matches if it is Negated). This includes Null, which needs an existing record.
type Bound struct {
	Op      FilterOp
	Parts   []Bound
	Via     *Column
	Column  Column
	Cells   []Cell
	Negated bool
}

// CheckFilter resolves the names in a filter and admits its values by the same rules as Admit: numbers exactly,
// datetimes to the microsecond, only existing options. It accepts any text for email, url and phone fields,
// because a comparison with a malformed one selects nothing. others finds the target of a relation. A nil filter
// selects every record; the result is nil.
//
//	{"lines.sku": …}       a hasMany is refused: filter its collection
//	{"a.b.c": …}           so are paths of more than one relation
//	{"n": {"$in": []}}     selects nothing; with $notIn everything
//	{"s": {"$includes": ["a", "b"]}}    any of them; with $notIncludes none of them
//	{"s": {"$null": false}} is {"s": {"$notNull": true}}; the same holds for similar operators
func (c Collection) CheckFilter(f *Filter, others Others) (*Bound, *Violation) {
	if f == nil {
		return nil, nil
	}
	b := binder{collection: c, others: others}
	bound, broken := b.filter(f, false, 0)
	if broken != nil {
		return nil, broken
	}
	return &bound, nil
}
