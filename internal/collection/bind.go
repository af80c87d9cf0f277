package collection

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// binder converts a Filter to a Bound.
type binder struct {
	collection Collection
	others     Others
	parts      int // conditions so far
	cells      int // values so far
}

// filter binds f or its complement. It uses De Morgan's laws to move each Not down to the comparisons.
func (b *binder) filter(f *Filter, negated bool, depth int) (Bound, *Violation) {
	switch {
	case depth > 2*MaxFilterDepth:
		return Bound{}, filterError("", "the filter is nested too deep: at most "+strconv.Itoa(MaxFilterDepth)+" levels")
	case f.Op == Not:
		if len(f.Parts) != 1 {
			return Bound{}, filterError("", "$not takes one condition, not "+strconv.Itoa(len(f.Parts)))
		}
		return b.filter(&f.Parts[0], !negated, depth+1)
	case f.Op != And && f.Op != Or:
		return b.comparison(f, negated)
	}
	out := Bound{Op: f.Op}
	if negated {
		out.Op = opposite(f.Op)
	}
	for i := range f.Parts {
		part, broken := b.filter(&f.Parts[i], negated, depth+1)
		if broken != nil {
			return Bound{}, broken
		}
		out.Parts = append(out.Parts, part)
	}
	return out, nil
}

func opposite(op FilterOp) FilterOp {
	if op == And {
		return Or
	}
	return And
}

// comparison binds one condition on a field.
func (b *binder) comparison(f *Filter, negated bool) (Bound, *Violation) {
	if !isOperator(f.Op) {
		return Bound{}, filterError(f.Field, unknownOperator(string(f.Op)))
	}
	if b.parts++; b.parts > MaxFilterParts {
		return Bound{}, filterError(f.Field, "the filter is too large: at most "+strconv.Itoa(MaxFilterParts)+" conditions")
	}
	leaf, broken := b.path(f.Field)
	if broken != nil {
		return Bound{}, broken
	}
	field := leaf.Column.Field
	field.Name = f.Field
	if !field.takes(f.Op) {
		return Bound{}, filterError(f.Field, unsupportedOperator(field, f.Op))
	}
	op, not := positive(f.Op)
	leaf.Negated = not != negated
	return b.values(leaf, op, field, f.Value)
}

// path finds the column that a filter names.
func (b *binder) path(path string) (Bound, *Violation) {
	first, rest, far := strings.Cut(path, ".")
	column, broken := b.collection.stored(first, "filter")
	if broken != nil || !far {
		return Bound{Column: column}, broken
	}
	if column.Field.Type != Relates {
		return Bound{}, filterError(path, first+" is a "+string(column.Field.Type)+" and not a relation: it has no fields after a dot")
	}
	target, broken := b.target(column.Field)
	if broken != nil {
		return Bound{}, broken
	}
	behind, more, deeper := strings.Cut(rest, ".")
	if deeper {
		return Bound{}, filterError(path, "a filter follows one relation, not another behind it ("+clip(more)+")")
	}
	at, broken := target.stored(behind, "filter")
	switch {
	case broken != nil:
		broken.Field = path
		return Bound{}, broken
	case at.Index == ID:
		return Bound{Column: column}, nil // the belongsTo column itself contains this id
	default:
		return Bound{Via: &column, Column: at}, nil
	}
}

func (b *binder) target(f Field) (Collection, *Violation) {
	if f.Target == b.collection.Name {
		return b.collection, nil
	}
	if b.others != nil {
		if target, ok := b.others(f.Target); ok {
			return target, nil
		}
	}
	return Collection{}, &Violation{Code: CodeUnknownCollection, Field: f.Name,
		Message: "the collection " + f.Target + ", to which " + f.Name + " belongs, does not exist"}
}

// values binds the value of a comparison. op must be a positive operator.
func (b *binder) values(leaf Bound, op FilterOp, f Field, v value.Value) (Bound, *Violation) {
	switch op {
	case Null, Empty:
		return leaf.nullOrEmpty(op, f, v)
	case In:
		return b.in(leaf, f, v)
	case Between:
		return b.between(leaf, f, v)
	case Includes, StartsWith, EndsWith:
		if v.Kind() == value.KindArray {
			return b.anyOf(leaf, op, f, v)
		}
	case Eq:
		if v.IsNull() {
			leaf.Op = Null
			return leaf, nil
		}
	}
	return b.one(leaf, op, f, v)
}

// one binds a comparison with one value.
func (b *binder) one(leaf Bound, op FilterOp, f Field, v value.Value) (Bound, *Violation) {
	cell, broken := b.cell(f, op, v)
	leaf.Op, leaf.Cells = op, []Cell{cell}
	return leaf, broken
}

// nullOrEmpty binds $null and $empty. For $empty, null, "" (texts) and [] (lists) count as empty.
func (leaf Bound) nullOrEmpty(op FilterOp, f Field, v value.Value) (Bound, *Violation) {
	if !v.IsNull() {
		asked := Field{Name: string(op) + " of " + f.Name, Type: Boolean}
		yes, broken := asked.boolean(v)
		if broken != nil {
			return Bound{}, broken
		}
		leaf.Negated = leaf.Negated != (yes.Int == 0)
	}
	leaf.Op = Null
	if op == Null {
		return leaf, nil
	}
	empty := leaf
	switch {
	case f.textual():
		empty.Op, empty.Cells = Eq, []Cell{{Kind: CellText}}
	case f.Type == Multiselect, f.Type == File && f.Multiple:
		empty.Op, empty.Cells = Eq, []Cell{{Kind: CellText, Text: "[]"}}
	default:
		return leaf, nil
	}
	return either(leaf, empty), nil
}

// either returns the disjunction of comparisons. For negated comparisons that is their conjunction.
func either(parts ...Bound) Bound {
	op := Or
	if len(parts) > 0 && parts[0].Negated {
		op = And
	}
	return Bound{Op: op, Parts: parts}
}

// in binds a list. A null in the list becomes a test for null, because a comparison with null never matches.
func (b *binder) in(leaf Bound, f Field, v value.Value) (Bound, *Violation) {
	if v.Kind() != value.KindArray {
		return Bound{}, filterError(f.Name, "$in and $notIn take an array of values, not "+describe(v))
	}
	null := false
	for element := range v.Elements() {
		if element.IsNull() {
			null = true
			continue
		}
		if len(leaf.Cells) == MaxFilterIn {
			return Bound{}, filterError(f.Name, "$in and $notIn take at most "+strconv.Itoa(MaxFilterIn)+" values")
		}
		cell, broken := b.cell(f, Eq, element)
		if broken != nil {
			return Bound{}, broken
		}
		leaf.Cells = append(leaf.Cells, cell)
	}
	leaf.Op = In
	absent := leaf
	absent.Op, absent.Cells = Null, nil
	switch {
	case len(leaf.Cells) == 0 && null:
		return absent, nil
	case len(leaf.Cells) == 0 && leaf.Negated:
		return Bound{Op: And}, nil
	case len(leaf.Cells) == 0:
		return Bound{Op: Or}, nil
	case null:
		return either(leaf, absent), nil
	default:
		return leaf, nil
	}
}

// between binds a range that includes both ends.
func (b *binder) between(leaf Bound, f Field, v value.Value) (Bound, *Violation) {
	if v.Kind() != value.KindArray || v.Len() != 2 {
		return Bound{}, filterError(f.Name, "$between takes an array of two values, the least and the greatest, not "+describe(v))
	}
	from, broken := b.one(leaf, Gte, f, v.At(0))
	if broken != nil {
		return Bound{}, broken
	}
	to, broken := b.one(leaf, Lte, f, v.At(1))
	op := And
	if leaf.Negated {
		op = Or
	}
	return Bound{Op: op, Parts: []Bound{from, to}}, broken
}

// anyOf binds a text operator with a list: one of the values must match.
func (b *binder) anyOf(leaf Bound, op FilterOp, f Field, v value.Value) (Bound, *Violation) {
	var parts []Bound
	for element := range v.Elements() {
		if b.parts++; b.parts > MaxFilterParts {
			return Bound{}, filterError(f.Name, "the filter is too large: at most "+strconv.Itoa(MaxFilterParts)+" conditions")
		}
		part, broken := b.one(leaf, op, f, element)
		if broken != nil {
			return Bound{}, broken
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return Bound{}, filterError(f.Name, string(op)+" takes a text or an array of at least one")
	}
	return either(parts...), nil
}

// cell admits one value of a comparison.
func (b *binder) cell(f Field, op FilterOp, v value.Value) (Cell, *Violation) {
	if b.cells++; b.cells > MaxFilterValues {
		return Cell{}, filterError(f.Name, "the filter is too large: at most "+strconv.Itoa(MaxFilterValues)+" values")
	}
	if v.IsNull() {
		return Cell{}, filterError(f.Name, string(op)+" of "+f.Name+" takes a value, not null; write $null or $notNull")
	}
	if v.Kind() == value.KindArray && f.Type != JSON {
		return Cell{}, filterError(f.Name, string(op)+" of "+f.Name+" takes one value, not "+describe(v)+"; write $in for one of several")
	}
	return f.operand(op, v)
}

// operand returns the cell that a filter compares with.
func (f Field) operand(op FilterOp, v value.Value) (Cell, *Violation) {
	partly := op == Includes || op == StartsWith || op == EndsWith
	switch f.Type {
	case Email, URL:
		f.Type = String
	case Phone:
		if text, _ := v.Str(); !partly {
			if number, ok := phoneNumber(text); ok {
				return Cell{Kind: CellText, Text: number}, nil
			}
		}
		f.Type = String
	case Select:
		if partly {
			f.Type = String
		}
	case Multiselect:
		return f.option(v)
	}
	cell, broken := f.admit(v)
	if broken == nil && partly && cell.Text == "" {
		return Cell{}, filterError(f.Name, string(op)+" of "+f.Name+` takes a text that is not empty: every text has "" in it`)
	}
	return cell, broken
}

// takes reports whether an operator makes sense for the field.
func (f Field) takes(op FilterOp) bool {
	switch op {
	case Null, NotNull, Empty, NotEmpty:
		return true
	case Gt, Gte, Lt, Lte, Between:
		return f.ordered()
	case StartsWith, NotStartsWith, EndsWith, NotEndsWith:
		return f.textual()
	case Includes, NotIncludes:
		return f.textual() || f.Type == Multiselect
	default:
		return f.Type != JSON && f.Type != File && f.Type != Multiselect
	}
}

// unsupportedOperator returns the message for an operator that the field does not support.
func unsupportedOperator(f Field, op FilterOp) string {
	var fit []string
	for _, o := range Operators() {
		if f.takes(o) {
			fit = append(fit, string(o))
		}
	}
	return f.Name + " is a " + string(f.Type) + " field, which " + string(op) + " does not fit; use one of " + strings.Join(fit, ", ")
}

// positive returns the operator whose complement op is, and true; or op itself and false.
func positive(op FilterOp) (FilterOp, bool) {
	switch op {
	case Ne:
		return Eq, true
	case NotIn:
		return In, true
	case NotIncludes:
		return Includes, true
	case NotStartsWith:
		return StartsWith, true
	case NotEndsWith:
		return EndsWith, true
	case NotEmpty:
		return Empty, true
	case NotNull:
		return Null, true
	default:
		return op, false
	}
}

// filterError returns the violation for a part of a filter that does not fit the collection.
func filterError(field, message string) *Violation {
	return &Violation{Code: CodeFilter, Field: clip(field), Message: message}
}
