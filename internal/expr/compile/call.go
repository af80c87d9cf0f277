package compile

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/function"
)

// call compiles f(args), whichever node type the parser uses for it.
func (w *lowerer) call(name string, nodes []ast.Node) (eval.Func, error) {
	if slices.Contains(function.PredicateNames(), name) {
		return w.iteration(name, nodes)
	}
	all := function.All()
	i := slices.IndexFunc(all, func(f function.Function) bool { return f.Name == name })
	if i < 0 {
		return nil, function.UnknownFunction(name)
	}
	f := all[i]
	if n := len(nodes); n < f.Min || f.Max >= 0 && n > f.Max {
		return nil, diag.Failed("%s takes %s, not %d", name, f.Arity(), n)
	}
	args, err := w.lowerAll(nodes)
	if err != nil {
		return nil, err
	}
	return func(r *eval.Run) (any, error) {
		values := make([]any, len(args))
		for i, arg := range args {
			x, err := arg(r)
			if err != nil {
				return nil, err
			}
			values[i] = x
		}
		return f.Call(r, values)
	}, nil
}

// callNode compiles calls of functions that are not built into expr-lang, and of methods of dates.
func (w *lowerer) callNode(n *ast.CallNode) (eval.Func, error) {
	switch callee := n.Callee.(type) {
	case *ast.IdentifierNode:
		return w.call(callee.Value, n.Arguments)
	case *ast.MemberNode:
		if name, ok := callee.Property.(*ast.StringNode); ok {
			return w.method(callee.Node, name.Value, n.Arguments)
		}
	}
	return nil, diag.Failed("only functions can be called")
}

// iteration compiles a call of a function that takes a predicate.
func (w *lowerer) iteration(name string, args []ast.Node) (eval.Func, error) {
	source, err := w.lower(args[0])
	if err != nil {
		return nil, err
	}
	p := &function.Predicate{Slots: function.Slots{Item: w.slot(), Index: w.slot(), Acc: w.slot(), HasAcc: name == "reduce"}}
	rest := args[1:]
	if len(rest) > 0 {
		body, ok := rest[0].(*ast.PredicateNode)
		if !ok {
			return nil, diag.Failed("%s takes an array and a condition", name)
		}
		w.pointers = append(w.pointers, p.Slots)
		p.Body, err = w.lower(body.Node)
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
	return func(r *eval.Run) (any, error) {
		x, err := source(r)
		if err != nil {
			return nil, err
		}
		elements, err := r.Array(x)
		if err != nil {
			return nil, err
		}
		more, err := extra(r)
		if err != nil {
			return nil, err
		}
		return p.Apply(r, name, elements, more, given)
	}, nil
}

// method compiles methods such as date.Year(), those that expr-lang documents.
func (w *lowerer) method(on ast.Node, name string, nodes []ast.Node) (eval.Func, error) {
	f := function.DateMethod(name)
	if f == nil {
		return nil, diag.Failed("unknown method %s(); dates have Year, Month, Day, Hour, Minute, Second, Weekday, YearDay, Unix, "+
			"UnixMilli, Format and In, durations Hours, Minutes, Seconds and Milliseconds", diag.Clip(name))
	}
	parts, err := w.lowerAll(append([]ast.Node{on}, nodes...))
	if err != nil {
		return nil, err
	}
	if wants := name == "Format" || name == "In"; wants != (len(nodes) == 1) || len(nodes) > 1 {
		return nil, diag.Failed("%s() takes %s", name, map[bool]string{true: "1 argument", false: "no argument"}[wants])
	}
	return func(r *eval.Run) (any, error) {
		var values [2]any
		for i, part := range parts {
			x, err := part(r)
			if err != nil {
				return nil, err
			}
			values[i] = x
		}
		return f(values[0], values[1])
	}, nil
}
