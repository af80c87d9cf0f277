package function

import (
	"slices"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

// Predicate is the expression that a function such as filter evaluates for each element of an array. Without a Body
// it yields the element itself.
type Predicate struct {
	Body eval.Func
	Slots
}

// at evaluates the predicate for one element.
func (p *Predicate) at(r *eval.Run, i int, element any) (any, error) {
	if err := r.Step(1); err != nil {
		return nil, err
	}
	if p.Body == nil {
		return element, nil
	}
	r.SetLocal(p.Item, element)
	r.SetLocal(p.Index, int64(i))
	return p.Body(r)
}

// holds evaluates the predicate as a condition.
func (p *Predicate) holds(r *eval.Run, i int, element any) (bool, error) {
	x, err := p.at(r, i, element)
	if err != nil {
		return false, err
	}
	return eval.Truth(x)
}

// PredicateNames returns the names of the functions that take a predicate.
func PredicateNames() []string {
	return []string{
		"all", "none", "any", "one", "filter", "map", "count", "sum", "find", "findIndex",
		"findLast", "findLastIndex", "groupBy", "sortBy", "reduce",
	}
}

// Apply calls the named function, one of PredicateNames, on the elements. extra is the argument after the
// predicate; given reports whether there is one.
func (p *Predicate) Apply(r *eval.Run, name string, elements []any, extra any, given bool) (any, error) {
	switch name {
	case "all", "none", "any", "find", "findIndex":
		return p.search(r, name, elements)
	case "findLast", "findLastIndex":
		return p.searchBack(r, name, elements)
	case "one", "count":
		return p.count(r, name, elements)
	case "filter":
		return p.filter(r, elements)
	case "map":
		return p.mapped(r, elements)
	case "sum":
		return p.sum(r, elements)
	case "groupBy":
		return p.groupBy(r, elements)
	case "sortBy":
		return p.sortBy(r, elements, extra)
	default:
		return p.reduce(r, elements, extra, given)
	}
}

// search stops at the first element that decides the result.
func (p *Predicate) search(r *eval.Run, name string, elements []any) (any, error) {
	for i, e := range elements {
		is, err := p.holds(r, i, e)
		if err != nil {
			return nil, err
		}
		if is == (name == "all") {
			continue
		}
		switch name {
		case "find":
			return e, nil
		case "findIndex":
			return int64(i), nil
		default:
			return name == "any", nil
		}
	}
	switch name {
	case "find":
		return nil, nil
	case "findIndex":
		return int64(-1), nil
	default:
		return name != "any", nil
	}
}

func (p *Predicate) searchBack(r *eval.Run, name string, elements []any) (any, error) {
	for i, e := range slices.Backward(elements) {
		is, err := p.holds(r, i, e)
		if err != nil {
			return nil, err
		}
		if is && name == "findLast" {
			return e, nil
		}
		if is {
			return int64(i), nil
		}
	}
	if name == "findLast" {
		return nil, nil
	}
	return int64(-1), nil
}

func (p *Predicate) count(r *eval.Run, name string, elements []any) (any, error) {
	n := int64(0)
	for i, e := range elements {
		is, err := p.holds(r, i, e)
		if err != nil {
			return nil, err
		}
		if is {
			n++
		}
	}
	if name == "one" {
		return n == 1, nil
	}
	return n, nil
}

func (p *Predicate) filter(r *eval.Run, elements []any) (any, error) {
	out := []any{}
	for i, e := range elements {
		is, err := p.holds(r, i, e)
		if err != nil {
			return nil, err
		}
		if is {
			if err := r.Take(eval.ElementSize); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

func (p *Predicate) mapped(r *eval.Run, elements []any) (any, error) {
	if err := r.Take(eval.ElementSize * len(elements)); err != nil {
		return nil, err
	}
	out := make([]any, len(elements))
	for i, e := range elements {
		var err error
		if out[i], err = p.at(r, i, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sum adds the results of the predicate.
func (p *Predicate) sum(r *eval.Run, elements []any) (any, error) {
	var total any = int64(0)
	for i, e := range elements {
		x, err := p.at(r, i, e)
		if err != nil {
			return nil, err
		}
		if total, err = r.Calculate("+", total, x); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// groupSteps is the cost, in steps, of finding a group and extending it.
const groupSteps = 4

// groupBy groups the elements by the text of the predicate's result.
func (p *Predicate) groupBy(r *eval.Run, elements []any) (any, error) {
	groups := eval.NewObject(0)
	for i, e := range elements {
		x, err := p.at(r, i, e)
		if err != nil {
			return nil, err
		}
		name, err := eval.KeyText(x)
		if err != nil {
			return nil, err
		}
		if err := r.Take(2*eval.ElementSize + len(name)); err != nil {
			return nil, err
		}
		if err := r.Step(groupSteps); err != nil {
			return nil, err
		}
		group, _ := groups.Members[name].([]any)
		groups.Set(name, append(group, e))
	}
	return groups, nil
}

func (p *Predicate) sortBy(r *eval.Run, elements []any, order any) (any, error) {
	keys := make([]any, len(elements))
	if err := r.Take(2 * eval.ElementSize * len(elements)); err != nil {
		return nil, err
	}
	for i, e := range elements {
		var err error
		if keys[i], err = p.at(r, i, e); err != nil {
			return nil, err
		}
	}
	return sorted(r, elements, keys, order)
}

func (p *Predicate) reduce(r *eval.Run, elements []any, start any, given bool) (any, error) {
	acc, from := start, 0
	if !given {
		if len(elements) == 0 {
			return nil, diag.Failed("reduce of an empty array needs a third argument to start with")
		}
		acc, from = elements[0], 1
	}
	for i := from; i < len(elements); i++ {
		r.SetLocal(p.Acc, acc)
		var err error
		if acc, err = p.at(r, i, elements[i]); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

// Slots are the local variables of a predicate: the element (#), its index and, in reduce, the accumulator.
type Slots struct {
	Item, Index, Acc int
	HasAcc           bool
}
