package compile

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

// member compiles a.name, a?.name, a["name"] and a[0]. Null has no members, so the question mark makes no
// difference.
func (w *lowerer) member(n *ast.MemberNode) (eval.Func, error) {
	x, err := w.lower(n.Node)
	if err != nil {
		return nil, err
	}
	if name, ok := n.Property.(*ast.StringNode); ok {
		if _, taken := w.Vars[name.Value]; taken {
			return nil, diag.At(w.where(name), "a variable key is written in brackets, as in a[$context.data.key]")
		}
		key := name.Value
		if w.isHeaders(n.Node) {
			key = strings.ToLower(key)
		}
		return unaryOf(x, func(r *eval.Run, x any) (any, error) { return r.Member(x, key) }), nil
	}
	key, err := w.lower(n.Property)
	if err != nil {
		return nil, err
	}
	lower := w.isHeaders(n.Node)
	return func(r *eval.Run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		k, err := key(r)
		if err != nil {
			return nil, err
		}
		if name, ok := eval.StringOf(k); ok && lower {
			k = strings.ToLower(name)
		}
		return r.Element(v, k)
	}, nil
}

// isHeaders reports whether a node is $context.headers itself, whose names are stored in lower case.
func (w *lowerer) isHeaders(n ast.Node) bool {
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		return false
	}
	slot, ok := w.Vars[id.Value]
	return ok && w.Paths[slot].IsAllHeaders()
}

// slice compiles a[from:to] on arrays and strings (counted in characters).
func (w *lowerer) slice(n *ast.SliceNode) (eval.Func, error) {
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
	return func(r *eval.Run) (any, error) {
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
		return r.Slice(v, i, j)
	}, nil
}

// bound compiles one end of a slice. An omitted end is null.
func (w *lowerer) bound(n ast.Node) (eval.Func, error) {
	if n == nil {
		return literal(nil), nil
	}
	return w.lower(n)
}

func (w *lowerer) array(n *ast.ArrayNode) (eval.Func, error) {
	parts, err := w.lowerAll(n.Nodes)
	if err != nil {
		return nil, err
	}
	return func(r *eval.Run) (any, error) {
		if err := r.Take(eval.ElementSize * len(parts)); err != nil {
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
func (w *lowerer) mapping(n *ast.MapNode) (eval.Func, error) {
	keys, values := make([]eval.Func, len(n.Pairs)), make([]eval.Func, len(n.Pairs))
	for i, each := range n.Pairs {
		pair, ok := each.(*ast.PairNode)
		if !ok {
			return nil, diag.Failed("%s is not supported in expressions", describeNode(each))
		}
		if name, ok := pair.Key.(*ast.StringNode); ok {
			if _, taken := w.Vars[name.Value]; taken {
				return nil, diag.At(w.where(name), "a variable key is written in parentheses, as in {($context.data.key): 1}")
			}
		}
		both, err := w.lowerAll([]ast.Node{pair.Key, pair.Value})
		if err != nil {
			return nil, err
		}
		keys[i], values[i] = both[0], both[1]
	}
	return func(r *eval.Run) (any, error) {
		o := eval.NewObject(len(keys))
		for i := range keys {
			key, err := keys[i](r)
			if err != nil {
				return nil, err
			}
			x, err := values[i](r)
			if err != nil {
				return nil, err
			}
			name, err := eval.KeyText(key)
			if err != nil {
				return nil, err
			}
			if err := r.Take(2*eval.ElementSize + len(name)); err != nil {
				return nil, err
			}
			o.Set(name, x)
		}
		return o, nil
	}, nil
}
