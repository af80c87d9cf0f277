package expr

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/value"
)

// member compiles a.name, a?.name, a["name"] and a[0]. Null has no members, so
// the question mark changes nothing.
func (w *lowerer) member(n *ast.MemberNode) (evaluator, error) {
	x, err := w.lower(n.Node)
	if err != nil {
		return nil, err
	}
	if name, ok := n.Property.(*ast.StringNode); ok {
		if _, taken := w.vars[name.Value]; taken {
			return nil, wrong(w.where(name), "a variable key is written in brackets, as in a[$context.data.key]")
		}
		key := name.Value
		if w.isHeaders(n.Node) {
			key = strings.ToLower(key)
		}
		return unaryOf(x, func(r *run, x any) (any, error) { return r.member(x, key) }), nil
	}
	key, err := w.lower(n.Property)
	if err != nil {
		return nil, err
	}
	lower := w.isHeaders(n.Node)
	return func(r *run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		k, err := key(r)
		if err != nil {
			return nil, err
		}
		if name, ok := text(k); ok && lower {
			k = strings.ToLower(name)
		}
		return r.element(v, k)
	}, nil
}

// isHeaders tells whether a node is $context.headers itself, whose names are
// kept in lower case.
func (w *lowerer) isHeaders(n ast.Node) bool {
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		return false
	}
	slot, ok := w.vars[id.Value]
	return ok && w.paths[slot].isHeaders() && len(w.paths[slot].segments) == 0
}

// slice compiles a[from:to] on arrays and strings (counted in characters).
func (w *lowerer) slice(n *ast.SliceNode) (evaluator, error) {
	x, err := w.lower(n.Node)
	if err != nil {
		return nil, err
	}
	from, err := w.bound(n.From)
	if err != nil {
		return nil, err
	}
	to, err := w.bound(n.To)
	if err != nil {
		return nil, err
	}
	return func(r *run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		i, err := from(r)
		if err != nil {
			return nil, err
		}
		j, err := to(r)
		if err != nil {
			return nil, err
		}
		return r.cut(v, i, j)
	}, nil
}

// bound compiles one end of a slice; one that is left out is null.
func (w *lowerer) bound(n ast.Node) (evaluator, error) {
	if n == nil {
		return literal(nil), nil
	}
	return w.lower(n)
}

func (r *run) cut(x, from, to any) (any, error) {
	if s, ok := text(x); ok {
		if err := r.take(4 * len(s)); err != nil {
			return nil, err
		}
		runes := []rune(s)
		i, j, err := bounds(len(runes), from, to)
		return string(runes[i:j]), err
	}
	if x == nil {
		return nil, nil
	}
	a, err := r.array(x)
	if err != nil {
		return nil, err
	}
	i, j, err := bounds(len(a), from, to)
	return a[i:j:j], err
}

// bounds clamps the ends of a slice; negative ones count from the end.
func bounds(n int, from, to any) (i, j int, err error) {
	i, j = 0, n
	for _, end := range []struct {
		x   any
		out *int
	}{{from, &i}, {to, &j}} {
		if end.x == nil {
			continue
		}
		k, ok := asWhole(end.x)
		if !ok {
			return 0, 0, failed("a slice is cut at whole numbers, not at %s", described(end.x))
		}
		if k < 0 {
			k += int64(n)
		}
		*end.out = int(min(max(k, 0), int64(n)))
	}
	return min(i, j), j, nil
}

func (w *lowerer) array(n *ast.ArrayNode) (evaluator, error) {
	parts, err := w.lowerAll(n.Nodes)
	if err != nil {
		return nil, err
	}
	return func(r *run) (any, error) {
		if err := r.take(elementSize * len(parts)); err != nil {
			return nil, err
		}
		out := make([]any, len(parts))
		for i, part := range parts {
			var err error
			if out[i], err = part(r); err != nil {
				return nil, err
			}
		}
		return out, nil
	}, nil
}

// mapping compiles {name: value, "name": value, (expression): value}.
func (w *lowerer) mapping(n *ast.MapNode) (evaluator, error) {
	keys, values := make([]evaluator, len(n.Pairs)), make([]evaluator, len(n.Pairs))
	for i, each := range n.Pairs {
		pair, ok := each.(*ast.PairNode)
		if !ok {
			return nil, failed("%s is not supported in expressions", describeNode(each))
		}
		if name, ok := pair.Key.(*ast.StringNode); ok {
			if _, taken := w.vars[name.Value]; taken {
				return nil, wrong(w.where(name), "a variable key is written in parentheses, as in {($context.data.key): 1}")
			}
		}
		both, err := w.lowerAll([]ast.Node{pair.Key, pair.Value})
		if err != nil {
			return nil, err
		}
		keys[i], values[i] = both[0], both[1]
	}
	return func(r *run) (any, error) {
		o := newObject(len(keys))
		for i := range keys {
			key, err := keys[i](r)
			if err != nil {
				return nil, err
			}
			x, err := values[i](r)
			if err != nil {
				return nil, err
			}
			name, err := keyText(key)
			if err != nil {
				return nil, err
			}
			if err := r.take(2*elementSize + len(name)); err != nil {
				return nil, err
			}
			o.set(name, x)
		}
		return o, nil
	}, nil
}

// keyText is the name of a member: a scalar's text.
func keyText(x any) (string, error) {
	switch x := x.(type) {
	case []any, *object:
		return "", failed("an object's key is a string, not %s", described(x))
	case value.Value:
		if k := x.Kind(); k == value.KindArray || k == value.KindObject {
			return "", failed("an object's key is a string, not %s", described(x))
		}
	}
	return plain(x), nil
}
