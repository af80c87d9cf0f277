package eval

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/expr/diag"
)

// BinaryOperator returns the function that implements an operator, or nil for an unknown one.
func BinaryOperator(op string) func(r *Run, a, b any) (any, error) {
	switch op {
	case "==":
		return func(r *Run, a, b any) (any, error) { return r.equal(a, b) }
	case "!=":
		return func(r *Run, a, b any) (any, error) {
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
		return (*Run).plus
	case "-":
		return (*Run).minus
	case "*", "/", "%":
		return func(r *Run, a, b any) (any, error) { return r.Calculate(op, a, b) }
	case "**", "^":
		return func(r *Run, a, b any) (any, error) { return r.Calculate("**", a, b) }
	case "..":
		return (*Run).span
	case "in":
		return func(r *Run, a, b any) (any, error) { return r.Contains(b, a) }
	case "contains":
		return StringTest(strings.Contains)
	case "startsWith":
		return StringTest(strings.HasPrefix)
	case "endsWith":
		return StringTest(strings.HasSuffix)
	default:
		return nil
	}
}

func ordered(holds func(int) bool) func(r *Run, a, b any) (any, error) {
	return func(r *Run, a, b any) (any, error) {
		c, err := r.Order(a, b)
		return err == nil && holds(c), err
	}
}

// StringTest returns a test of two strings that is false if either is null.
func StringTest(test func(string, string) bool) func(r *Run, a, b any) (any, error) {
	return func(r *Run, a, b any) (any, error) {
		if a == nil || b == nil {
			return false, nil
		}
		s, ok := StringOf(a)
		if !ok {
			return nil, diag.Failed("a string was expected, but this is %s; turn it into one with string()", Describe(a))
		}
		t, ok := StringOf(b)
		if !ok {
			return nil, diag.Failed("a string was expected, but this is %s; turn it into one with string()", Describe(b))
		}
		if err := r.Read(len(s) + len(t)); err != nil {
			return nil, err
		}
		return test(s, t), nil
	}
}

const cannotJoin = "%s cannot be added to a string; turn it into one with string(), or the string into a number with int() or float()"

// plus adds numbers, joins strings and moves dates.
func (r *Run) plus(a, b any) (any, error) {
	a, b = Decode(a), Decode(b)
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		if !ok {
			return nil, diag.Failed(cannotJoin, Describe(b))
		}
		if err := r.Take(len(x) + len(y)); err != nil {
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
			return nil, diag.Failed("the result is too long for a duration")
		}
	}
	if _, ok := b.(string); ok {
		return nil, diag.Failed(cannotJoin, Describe(a))
	}
	return r.Calculate("+", a, b)
}

// minus subtracts numbers, dates and durations.
func (r *Run) minus(a, b any) (any, error) {
	a, b = Decode(a), Decode(b)
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
			return nil, diag.Failed("the result is too long for a duration")
		}
	}
	return r.Calculate("-", a, b)
}

// span implements a..b, the whole numbers from a to b.
func (r *Run) span(a, b any) (any, error) {
	from, ok := WholeNumber(a)
	if !ok {
		return nil, diag.Failed("a range goes from one whole number to another, not from %s", Describe(a))
	}
	to, ok := WholeNumber(b)
	if !ok {
		return nil, diag.Failed("a range goes from one whole number to another, not to %s", Describe(b))
	}
	if to < from {
		return []any{}, nil
	}
	n := uint64(to) - uint64(from)
	if n >= uint64(r.limits.Memory/ElementSize) {
		return nil, r.Take(r.limits.Memory + 1)
	}
	if err := r.Step(int(n)); err != nil {
		return nil, err
	}
	if err := r.Take(ElementSize * int(n+1)); err != nil {
		return nil, err
	}
	out := make([]any, n+1)
	for i := range out {
		out[i] = from + int64(i)
	}
	return out, nil
}

// WholeNumber returns an operand as an integer. It accepts a float64 with a whole value, such as 4.0.
func WholeNumber(x any) (int64, bool) {
	switch x := Decode(x).(type) {
	case int64:
		return x, true
	case float64:
		n := int64(x)
		return n, float64(n) == x && -1<<62 < n && n < 1<<62
	default:
		return 0, false
	}
}
