package expr

import (
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
)

func (w *lowerer) unary(n *ast.UnaryNode) (evaluator, error) {
	x, err := w.lower(n.Node)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "-":
		return unaryOf(x, (*run).negate), nil
	case "+":
		return unaryOf(x, func(_ *run, x any) (any, error) {
			_, err := operand(x)
			return x, err
		}), nil
	default: // ! and not
		return unaryOf(x, func(_ *run, x any) (any, error) {
			is, err := truth(x)
			return !is, err
		}), nil
	}
}

func unaryOf(x evaluator, f func(*run, any) (any, error)) evaluator {
	return func(r *run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		return f(r, v)
	}
}

func (w *lowerer) binary(n *ast.BinaryNode) (evaluator, error) {
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
		return func(r *run) (any, error) {
			x, err := a(r)
			if err != nil || x != nil {
				return x, err
			}
			return b(r)
		}, nil
	default:
		f := binaryOperator(op)
		if f == nil {
			return nil, failed("the operator %s is not supported", op)
		}
		return func(r *run) (any, error) {
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

func shortCircuit(a, b evaluator, stopAt bool) evaluator {
	return func(r *run) (any, error) {
		for i, part := range [...]evaluator{a, b} {
			x, err := part(r)
			if err != nil {
				return nil, err
			}
			is, err := truth(x)
			if err != nil || is == stopAt || i == 1 {
				return is, err
			}
		}
		return !stopAt, nil
	}
}

// binaryOperator returns what an operator does with two operands.
func binaryOperator(op string) func(r *run, a, b any) (any, error) {
	switch op {
	case "==":
		return func(r *run, a, b any) (any, error) { return r.equal(a, b) }
	case "!=":
		return func(r *run, a, b any) (any, error) {
			same, err := r.equal(a, b)
			return !same, err
		}
	case "<":
		return ordered(func(c int) bool { return c < 0 })
	case "<=":
		return ordered(func(c int) bool { return c <= 0 })
	case ">":
		return ordered(func(c int) bool { return c > 0 })
	case ">=":
		return ordered(func(c int) bool { return c >= 0 })
	case "+":
		return (*run).plus
	case "-":
		return (*run).minus
	case "*", "/", "%":
		return func(r *run, a, b any) (any, error) { return r.calculate(op, a, b) }
	case "**", "^":
		return func(r *run, a, b any) (any, error) { return r.calculate("**", a, b) }
	case "..":
		return (*run).span
	case "in":
		return func(r *run, a, b any) (any, error) { return r.contains(b, a) }
	case "contains":
		return onTexts(strings.Contains)
	case "startsWith":
		return onTexts(strings.HasPrefix)
	case "endsWith":
		return onTexts(strings.HasSuffix)
	default:
		return nil
	}
}

func ordered(holds func(int) bool) func(r *run, a, b any) (any, error) {
	return func(r *run, a, b any) (any, error) {
		c, err := r.order(a, b)
		return err == nil && holds(c), err
	}
}

// onTexts is a test of two strings that is false when either is null.
func onTexts(test func(string, string) bool) func(r *run, a, b any) (any, error) {
	return func(r *run, a, b any) (any, error) {
		if a == nil || b == nil {
			return false, nil
		}
		s, ok := text(a)
		if !ok {
			return nil, failed("a string was expected, but this is %s; turn it into one with string()", described(a))
		}
		t, ok := text(b)
		if !ok {
			return nil, failed("a string was expected, but this is %s; turn it into one with string()", described(b))
		}
		if err := r.read(len(s) + len(t)); err != nil {
			return nil, err
		}
		return test(s, t), nil
	}
}

const cannotJoin = "%s cannot be added to a string; turn it into one with string(), or the string into a number with int() or float()"

// plus adds numbers, joins strings and moves dates.
func (r *run) plus(a, b any) (any, error) {
	a, b = open(a), open(b)
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		if !ok {
			return nil, failed(cannotJoin, described(b))
		}
		if err := r.take(len(x) + len(y)); err != nil {
			return nil, err
		}
		return x + y, nil
	case time.Time:
		if y, ok := b.(time.Duration); ok {
			return x.Add(y), nil
		}
	case time.Duration:
		switch y := b.(type) {
		case time.Time:
			return y.Add(x), nil
		case time.Duration:
			if sum := x + y; (sum > x) == (y > 0) {
				return sum, nil
			}
			return nil, failed("the result is too long for a duration")
		}
	}
	if _, ok := b.(string); ok {
		return nil, failed(cannotJoin, described(a))
	}
	return r.calculate("+", a, b)
}

// minus subtracts numbers, dates and durations.
func (r *run) minus(a, b any) (any, error) {
	a, b = open(a), open(b)
	switch x := a.(type) {
	case time.Time:
		switch y := b.(type) {
		case time.Time:
			return x.Sub(y), nil
		case time.Duration:
			return x.Add(-y), nil
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok {
			if difference := x - y; (difference < x) == (y > 0) {
				return difference, nil
			}
			return nil, failed("the result is too long for a duration")
		}
	}
	return r.calculate("-", a, b)
}

// span is a..b, the whole numbers from a to b.
func (r *run) span(a, b any) (any, error) {
	from, ok := asWhole(a)
	if !ok {
		return nil, failed("a range goes from one whole number to another, not from %s", described(a))
	}
	to, ok := asWhole(b)
	if !ok {
		return nil, failed("a range goes from one whole number to another, not to %s", described(b))
	}
	if to < from {
		return []any{}, nil
	}
	n := uint64(to) - uint64(from)
	if n >= uint64(r.limits.Memory/elementSize) {
		return nil, r.take(r.limits.Memory + 1)
	}
	if err := r.step(int(n)); err != nil {
		return nil, err
	}
	if err := r.take(elementSize * int(n+1)); err != nil {
		return nil, err
	}
	out := make([]any, n+1)
	for i := range out {
		out[i] = from + int64(i)
	}
	return out, nil
}

// asWhole takes an integer, also one that is held as a float64 such as 4.0.
func asWhole(x any) (int64, bool) {
	switch x := open(x).(type) {
	case int64:
		return x, true
	case float64:
		n := int64(x)
		return n, float64(n) == x && -1<<62 < n && n < 1<<62
	default:
		return 0, false
	}
}
