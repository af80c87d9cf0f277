package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// ParseFilter reads a filter in the form of documents and URLs (SPEC §9). It reports every problem of its form,
// each with its path, for example $and[0].status.$eqq:
//
//	{"$and": [{"status": {"$eq": "open"}}]}
//	{"status": "open"}                          the same: a bare value is $eq
//	{"age": {"$gte": 18, "$lt": 65}}            all operators must match
//	{"status": "open", "age": {"$gt": 1}}       all fields must match
//	{"customer.city": "Bonn"}                   a field of the record that a belongsTo refers to
//	{"customer": {"city": "Bonn"}}              the same
//	{"$not": {"status": "open"}}                also {"status": {"$not": {"$eq": "open"}}}
//
// It knows no collection: CheckFilter checks the names of fields and whether values fit them. So values may still
// be templates.
//
// Null, a missing value and an object without conditions give a nil Filter and no problem: they select every
// record. A caller that must not touch every record by mistake must refuse nil.
func ParseFilter(v value.Value) (*Filter, []Problem) {
	p := filterParser{}
	f := p.object("", v, 0)
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	if len(f.Parts) == 0 {
		return nil, nil
	}
	f = f.simple()
	return &f, nil
}

// simple returns the only part of a conjunction of one; otherwise the filter itself.
func (f Filter) simple() Filter {
	if f.Op == And && len(f.Parts) == 1 {
		return f.Parts[0]
	}
	return f
}

type filterParser struct {
	problems []Problem
	parts    int
	full     bool
}

func (p *filterParser) problem(path, message string) {
	if !p.full {
		p.problems = append(p.problems, Problem{path, message})
	}
	p.full = len(p.problems) >= maxFilterProblems
}

// object reads an object whose members are fields, $and, $or and $not. All of them must match.
func (p *filterParser) object(path string, v value.Value, depth int) Filter {
	all := Filter{Op: And}
	if v.IsNull() && depth == 0 {
		return all
	}
	if !p.opens(path, v, depth) {
		return all
	}
	for name, member := range v.Members() {
		if p.full {
			break
		}
		at := under(path, name)
		switch op := FilterOp(name); {
		case op == And, op == Or:
			p.list(&all, op, at, member, func(at string, v value.Value) Filter { return p.object(at, v, depth+1) })
		case op == Not:
			p.not(&all, at, func() Filter { return p.object(at, member, depth+1) })
		case strings.HasPrefix(name, "$"):
			p.problem(at, misplaced(name))
		default:
			all.Parts = append(all.Parts, p.field(at, name, member, depth+1).Parts...)
		}
	}
	return all
}

// opens reports whether v is an object at an allowed depth.
func (p *filterParser) opens(path string, v value.Value, depth int) bool {
	switch {
	case v.Kind() != value.KindObject:
		p.problem(path, `a filter is an object such as {"status": {"$eq": "open"}}, not `+describe(v))
	case depth > MaxFilterDepth:
		p.problem(path, "the filter is nested too deep: at most "+strconv.Itoa(MaxFilterDepth)+" levels")
	default:
		return true
	}
	return false
}

// list reads the array of $and or $or.
func (p *filterParser) list(into *Filter, op FilterOp, path string, v value.Value, read func(string, value.Value) Filter) {
	if v.Kind() != value.KindArray {
		p.problem(path, string(op)+" takes an array of conditions, not "+describe(v))
		return
	}
	f := Filter{Op: op}
	i := 0
	for element := range v.Elements() {
		if p.full || !p.counts(path) {
			return
		}
		at := path + "[" + strconv.Itoa(i) + "]"
		if part, ok := p.part(op, at, func() Filter { return read(at, element) }); ok {
			f.Parts = append(f.Parts, part)
		}
		i++
	}
	switch {
	case len(f.Parts) > 0:
		into.Parts = append(into.Parts, f.simple())
	case op == Or && i == 0:
		p.problem(path, "$or is empty: give it a condition or leave it out")
	}
}

// part reads one condition of an $and, $or or $not. An empty condition is ignored in an $and. Elsewhere it is a
// problem, because it would silently change the filter to select every record, or none.
func (p *filterParser) part(op FilterOp, path string, read func() Filter) (Filter, bool) {
	before := len(p.problems)
	f := read()
	if len(f.Parts) > 0 || len(p.problems) > before {
		return f.simple(), len(f.Parts) > 0
	}
	if op != And {
		p.problem(path, "the condition in "+string(op)+" is empty: complete it or leave it out")
	}
	return f, false
}

// not reads the condition of a $not.
func (p *filterParser) not(into *Filter, path string, read func() Filter) {
	if part, ok := p.part(Not, path, read); ok {
		into.Parts = append(into.Parts, Filter{Op: Not, Parts: []Filter{part}})
	}
}

// field reads the conditions on one field: a value, or an object of operators or of fields of the related record.
func (p *filterParser) field(path, field string, v value.Value, depth int) Filter {
	all := Filter{Op: And}
	if v.Kind() != value.KindObject {
		return p.comparison(all, path, Eq, field, v)
	}
	if !p.opens(path, v, depth) {
		return all
	}
	asked := false
	for name, member := range v.Members() {
		if p.full {
			return all
		}
		asked = true
		at := under(path, name)
		switch op := FilterOp(name); {
		case op == And, op == Or:
			p.list(&all, op, at, member, func(at string, v value.Value) Filter { return p.field(at, field, v, depth+1) })
		case op == Not:
			p.not(&all, at, func() Filter { return p.field(at, field, member, depth+1) })
		case isOperator(op):
			all = p.comparison(all, at, op, field, member)
		case strings.HasPrefix(name, "$"):
			p.problem(at, unknownOperator(name))
		default:
			all.Parts = append(all.Parts, p.field(at, field+"."+name, member, depth+1).Parts...)
		}
	}
	if !asked {
		p.problem(path, `no operator: write {"$eq": …} or another one`)
	}
	return all
}

func (p *filterParser) comparison(all Filter, path string, op FilterOp, field string, v value.Value) Filter {
	if p.counts(path) {
		all.Parts = append(all.Parts, Filter{Op: op, Field: field, Value: v})
	}
	return all
}

// counts counts a condition and reports whether the filter may have it.
func (p *filterParser) counts(path string) bool {
	if p.parts++; p.parts <= MaxFilterParts {
		return true
	}
	p.problem(path, "the filter is too large: at most "+strconv.Itoa(MaxFilterParts)+" conditions")
	p.full = true
	return false
}

func under(path, name string) string {
	name = clip(name)
	if path == "" {
		return name
	}
	return path + "." + name
}

func isOperator(op FilterOp) bool { return slices.Contains(Operators(), op) }

// misplaced returns the message for a name with $ in the place of a field.
func misplaced(name string) string {
	if isOperator(FilterOp(name)) {
		return name + ` stands below a field: {"status": {` + quote(name) + `: …}}`
	}
	return unknownOperator(name)
}

func unknownOperator(name string) string {
	if hint := foreignOperator(name); hint != "" {
		return name + " is not known here: " + hint
	}
	names := []string{string(And), string(Or), string(Not)}
	for _, op := range Operators() {
		names = append(names, string(op))
	}
	message := "unknown operator " + quote(clip(name))
	if near, ok := nearest.Name(name, names); ok {
		return message + "; did you mean " + near + "?"
	}
	return message + ": use one of " + strings.Join(names, ", ")
}

// foreignOperator returns how to write an operator of NocoBase, Sequelize or MongoDB in this syntax, or "".
func foreignOperator(name string) string {
	switch name {
	case "$isTruly":
		return `write {"$eq": true}`
	case "$isFalsy":
		return `write {"$ne": true}`
	case "$endWith":
		return "write $endsWith"
	case "$notEndWith":
		return "write $notEndsWith"
	case "$startWith":
		return "write $startsWith"
	case "$like", "$iLike", "$contains", "$substring", "$regex":
		return "write $includes, $startsWith or $endsWith"
	case "$notLike", "$notILike":
		return "write $notIncludes, $notStartsWith or $notEndsWith"
	case "$is", "$exists":
		return "write $null or $notNull"
	case "$nin":
		return "write $notIn"
	case "$neq":
		return "write $ne"
	case "$nor":
		return `write {"$not": {"$or": […]}}`
	case "$anyOf", "$overlap":
		return "write $includes with an array of options"
	case "$noneOf":
		return "write $notIncludes with an array of options"
	case "$match", "$notMatch":
		return "ask for each option with $includes"
	case "$arrayEmpty":
		return "write $empty"
	case "$arrayNotEmpty":
		return "write $notEmpty"
	case "$dateOn", "$dateNotOn", "$dateBefore", "$dateNotBefore", "$dateAfter", "$dateNotAfter", "$dateBetween":
		return "write $gte, $gt, $lte, $lt or $between with a date or an instant"
	default:
		return ""
	}
}
