package collection

// Bound is a filter that fits its collection: every name is resolved and every value admitted. It is
// what a store compiles, and has fewer forms than Filter:
//
//   - Op And and Or, over Parts. And of no parts selects every record, Or of no parts none.
//   - Op Eq, Gt, Gte, Lt, Lte, In, Includes, StartsWith, EndsWith: a comparison of Column with
//     Cells, which are never null. In has any number from one on, the others have exactly one.
//   - Op Null: Column is null. It has no Cells.
//
// Not, Between, Empty and every operator with "not" in its name are expressed by these: a comparison
// that is Negated holds exactly where it would not hold otherwise, records with null included. So
// null is not equal to "x", and does not include it, and {"$not": F} is always the complement of F.
// (In SQL: (a > ?) IS NOT TRUE, a IS NOT ?.)
//
// Text is compared byte by byte: upper and lower case are different, and order is that of code
// points. Includes of a multiselect, whose cell is a JSON array of strings, asks whether the array
// has the cell's text as an element; of the other types, whether the text contains it.
//
// Via is not nil when Column is one of the record that a belongsTo names: Via is that belongsTo, in
// this collection, and Column belongs to Via.Field.Target. Where there is no such record, the
// comparison does not hold (and holds when it is Negated), Null included: it asks of a record that is there.
type Bound struct {
	Op      FilterOp
	Parts   []Bound
	Via     *Column
	Column  Column
	Cells   []Cell
	Negated bool
}

// CheckFilter finds the filter's names in the collection and admits its values as Admit admits those
// of a record: numbers exactly, instants to the microsecond, options only those that there are. It
// takes the texts of email, url and phone fields as they are, as comparing with a wrong one
// selects nothing. others finds the target of a relation. A nil filter selects every record and
// gives nil.
//
//	{"lines.sku": …}       a hasMany is refused: filter its collection
//	{"a.b.c": …}           so are paths of more than one relation
//	{"n": {"$in": []}}     selects nothing; with $notIn everything
//	{"s": {"$includes": ["a", "b"]}}    any of them; with $notIncludes none of them
//	{"s": {"$null": false}} is {"s": {"$notNull": true}}, and so are the others of this sort
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
