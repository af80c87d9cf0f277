package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/nearest"
)

// function is one that expressions can call.
type function struct {
	name     string
	min, max int // arguments; max -1: any number
	call     func(r *run, args []any) (any, error)
}

// functions returns every function but those that take a predicate: expr-lang's
// own, with its meaning, and ours for dates, codes and URLs.
func functions() []function {
	return slices.Concat(textFunctions(), numberFunctions(), arrayFunctions(), objectFunctions(),
		codeFunctions(), dateFunctions(), bitFunctions())
}

func functionNames() []string {
	names := predicateNames()
	for _, f := range functions() {
		names = append(names, f.name)
	}
	return names
}

// call compiles f(args), however the parser calls it.
func (w *lowerer) call(name string, nodes []ast.Node) (evaluator, error) {
	if slices.Contains(predicateNames(), name) {
		return w.iteration(name, nodes)
	}
	all := functions()
	i := slices.IndexFunc(all, func(f function) bool { return f.name == name })
	if i < 0 {
		return nil, unknownFunction(name)
	}
	f := all[i]
	if n := len(nodes); n < f.min || f.max >= 0 && n > f.max {
		return nil, failed("%s takes %s, not %d", name, f.arity(), n)
	}
	args, err := w.lowerAll(nodes)
	if err != nil {
		return nil, err
	}
	return func(r *run) (any, error) {
		values := make([]any, len(args))
		for i, arg := range args {
			x, err := arg(r)
			if err != nil {
				return nil, err
			}
			values[i] = x
		}
		return f.call(r, values)
	}, nil
}

func unknownFunction(name string) *mistake {
	if name == "now" {
		return failed("now() is not available, because a repeated step must get the same answer; use date($system.now)")
	}
	if near, ok := nearest.Name(name, functionNames()); ok {
		return failed("unknown function %s; did you mean %s?", name, near)
	}
	return failed("unknown function %s", name)
}

func (f *function) arity() string {
	switch {
	case f.max == 1:
		return "1 argument"
	case f.min == f.max:
		return count(f.min) + " arguments"
	case f.max < 0:
		return "at least " + count(f.min) + " arguments"
	default:
		return count(f.min) + " to " + count(f.max) + " arguments"
	}
}

func count(n int) string { return string(rune('0' + n)) }

// callNode compiles a call that the parser did not know as expr-lang's own, and
// methods of dates.
func (w *lowerer) callNode(n *ast.CallNode) (evaluator, error) {
	switch callee := n.Callee.(type) {
	case *ast.IdentifierNode:
		return w.call(callee.Value, n.Arguments)
	case *ast.MemberNode:
		if name, ok := callee.Property.(*ast.StringNode); ok {
			return w.method(callee.Node, name.Value, n.Arguments)
		}
	}
	return nil, failed("only functions can be called")
}

// wantText takes a string argument.
func wantText(name string, x any) (string, error) {
	if s, ok := text(x); ok {
		return s, nil
	}
	if x == nil {
		return "", failed("%s takes a string, not null; give a default, as in {path} ?? ''", name)
	}
	return "", failed("%s takes a string, not %s; turn it into one with string()", name, described(x))
}

// wantTexts takes string arguments and charges for reading and copying them.
func (r *run) wantTexts(name string, args ...any) ([]string, error) {
	out := make([]string, len(args))
	for i, x := range args {
		s, err := wantText(name, x)
		if err != nil {
			return nil, err
		}
		if err := r.take(len(s)); err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}

// wantWhole takes a whole number within the reach of an int.
func wantWhole(name string, x any) (int, error) {
	n, ok := asWhole(x)
	if !ok {
		return 0, failed("%s takes a whole number, not %s", name, described(x))
	}
	return int(n), nil
}
