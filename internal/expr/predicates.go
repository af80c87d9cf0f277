package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// predicate is a function's last step for each element of an array: what was
// written between its braces, and the slots it reads its # from.
type predicate struct {
	body evaluator
	pointer
}

// at evaluates the predicate for one element.
func (p *predicate) at(r *run, i int, element any) (any, error) {
	if err := r.step(1); err != nil {
		return nil, err
	}
	if p.body == nil {
		return element, nil
	}
	r.locals[p.item], r.locals[p.index] = element, int64(i)
	return p.body(r)
}

// holds is at for a condition.
func (p *predicate) holds(r *run, i int, element any) (bool, error) {
	x, err := p.at(r, i, element)
	if err != nil {
		return false, err
	}
	return truth(x)
}

// predicateNames are the functions of expr-lang that take one.
func predicateNames() []string {
	return []string{
		"all", "none", "any", "one", "filter", "map", "count", "sum", "find", "findIndex",
		"findLast", "findLastIndex", "groupBy", "sortBy", "reduce",
	}
}

// iteration compiles a call of such a function.
func (w *lowerer) iteration(name string, args []ast.Node) (evaluator, error) {
	source, err := w.lower(args[0])
	if err != nil {
		return nil, err
	}
	p := &predicate{pointer: pointer{item: w.slot(), index: w.slot(), acc: w.slot(), hasAcc: name == "reduce"}}
	rest := args[1:]
	if len(rest) > 0 {
		body, ok := rest[0].(*ast.PredicateNode)
		if !ok {
			return nil, failed("%s takes an array and a condition", name)
		}
		w.pointers = append(w.pointers, p.pointer)
		p.body, err = w.lower(body.Node)
		w.pointers = w.pointers[:len(w.pointers)-1]
		if err != nil {
			return nil, err
		}
		rest = rest[1:]
	}
	extra := literal(nil)
	if len(rest) > 0 {
		if extra, err = w.lower(rest[0]); err != nil {
			return nil, err
		}
	}
	given := len(rest) > 0
	return func(r *run) (any, error) {
		x, err := source(r)
		if err != nil {
			return nil, err
		}
		elements, err := r.array(x)
		if err != nil {
			return nil, err
		}
		more, err := extra(r)
		if err != nil {
			return nil, err
		}
		return p.apply(r, name, elements, more, given)
	}, nil
}

func (p *predicate) apply(r *run, name string, elements []any, extra any, given bool) (any, error) {
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

// search stops at the first element that decides.
func (p *predicate) search(r *run, name string, elements []any) (any, error) {
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

func (p *predicate) searchBack(r *run, name string, elements []any) (any, error) {
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

func (p *predicate) count(r *run, name string, elements []any) (any, error) {
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

func (p *predicate) filter(r *run, elements []any) (any, error) {
	out := []any{}
	for i, e := range elements {
		is, err := p.holds(r, i, e)
		if err != nil {
			return nil, err
		}
		if is {
			if err := r.take(elementSize); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

func (p *predicate) mapped(r *run, elements []any) (any, error) {
	if err := r.take(elementSize * len(elements)); err != nil {
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

func (p *predicate) sum(r *run, elements []any) (any, error) {
	var total any = int64(0)
	for i, e := range elements {
		x, err := p.at(r, i, e)
		if err != nil {
			return nil, err
		}
		if total, err = r.calculate("+", total, x); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// groupSteps is what it costs to find a group and to let it grow.
const groupSteps = 4

// groupBy collects the elements under the text of what the predicate yields.
func (p *predicate) groupBy(r *run, elements []any) (any, error) {
	groups := newObject(0)
	for i, e := range elements {
		x, err := p.at(r, i, e)
		if err != nil {
			return nil, err
		}
		name, err := keyText(x)
		if err != nil {
			return nil, err
		}
		if err := r.take(2*elementSize + len(name)); err != nil {
			return nil, err
		}
		if err := r.step(groupSteps); err != nil {
			return nil, err
		}
		group, _ := groups.members[name].([]any)
		groups.set(name, append(group, e))
	}
	return groups, nil
}

func (p *predicate) sortBy(r *run, elements []any, order any) (any, error) {
	keys := make([]any, len(elements))
	if err := r.take(2 * elementSize * len(elements)); err != nil {
		return nil, err
	}
	for i, e := range elements {
		var err error
		if keys[i], err = p.at(r, i, e); err != nil {
			return nil, err
		}
	}
	return r.sorted(elements, keys, order)
}

func (p *predicate) reduce(r *run, elements []any, start any, given bool) (any, error) {
	acc, from := start, 0
	if !given {
		if len(elements) == 0 {
			return nil, failed("reduce of an empty array needs a third argument to start with")
		}
		acc, from = elements[0], 1
	}
	for i := from; i < len(elements); i++ {
		r.locals[p.acc] = acc
		var err error
		if acc, err = p.at(r, i, elements[i]); err != nil {
			return nil, err
		}
	}
	return acc, nil
}
