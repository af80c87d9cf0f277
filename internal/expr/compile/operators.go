package compile

import (
	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

func (w *lowerer) unary(n *ast.UnaryNode) (eval.Func, error) {
	x, err := w.lower(n.Node)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "-":
		return unaryOf(x, (*eval.Run).Negate), nil
	case "+":
		return unaryOf(x, func(_ *eval.Run, x any) (any, error) {
			_, err := eval.WantNumber(x)
			return x, err
		}), nil
	default: // ! and not
		return unaryOf(x, func(_ *eval.Run, x any) (any, error) {
			is, err := eval.Truth(x)
			return !is, err
		}), nil
	}
}

func unaryOf(x eval.Func, f func(*eval.Run, any) (any, error)) eval.Func {
	return func(r *eval.Run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		return f(r, v)
	}
}

func (w *lowerer) binary(n *ast.BinaryNode) (eval.Func, error) {
	if n.Operator == "matches" {
		return w.matches(n)
	}
	parts, err := w.lowerAll([]ast.Node{n.Left, n.Right})
	if err != nil {
		return nil, err
	}
	a, b := parts[0], parts[1]
	switch op := n.Operator; op {
	case "and", "&&":
		return shortCircuit(a, b, false), nil
	case "or", "||":
		return shortCircuit(a, b, true), nil
	case "??":
		return func(r *eval.Run) (any, error) {
			x, err := a(r)
			if err != nil || x != nil {
				return x, err
			}
			return b(r)
		}, nil
	default:
		f := eval.BinaryOperator(op)
		if w.Options.Lenient {
			f = eval.LenientOperator(op)
		}
		if f == nil {
			return nil, diag.Failed("the operator %s is not supported", op)
		}
		return func(r *eval.Run) (any, error) {
			x, err := a(r)
			if err != nil {
				return nil, err
			}
			y, err := b(r)
			if err != nil {
				return nil, err
			}
			return f(r, x, y)
		}, nil
	}
}

func shortCircuit(a, b eval.Func, stopAt bool) eval.Func {
	return func(r *eval.Run) (any, error) {
		for i, part := range [...]eval.Func{a, b} {
			x, err := part(r)
			if err != nil {
				return nil, err
			}
			is, err := eval.Truth(x)
			if err != nil || is == stopAt || i == 1 {
				return is, err
			}
		}
		return !stopAt, nil
	}
}

// matches compiles `text matches "pattern"`. The pattern must be a literal, so that it is checked and compiled
// once.
func (w *lowerer) matches(n *ast.BinaryNode) (eval.Func, error) {
	src, ok := n.Right.(*ast.StringNode)
	if !ok {
		return nil, diag.At(w.where(n.Right), "the pattern of matches must be written out as a string; for a computed text use contains, startsWith or endsWith")
	}
	p, err := eval.CompilePattern(src.Value)
	if err != nil {
		return nil, diag.MoveTo(err, w.where(src))
	}
	x, err := w.lower(n.Left)
	if err != nil {
		return nil, err
	}
	lenient := w.Options.Lenient
	return unaryOf(x, func(r *eval.Run, x any) (any, error) {
		s, ok, err := eval.WantPatternText(x, lenient)
		if !ok || err != nil {
			return false, err
		}
		return p.Match(r, s)
	}), nil
}
