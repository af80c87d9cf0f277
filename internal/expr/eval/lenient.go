package eval

import (
	"strings"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// LenientOperator is BinaryOperator for conditions on data that nobody has checked. Its comparisons do what the rule
// operators do (SPEC §7): a number and a numeric text are compared as numbers, tests on text accept a number, and a
// test of null, or of operands that have no order, is false and not an error. null equals only null.
func LenientOperator(op string) func(r *Run, a, b any) (any, error) {
	switch op {
	case "==":
		return func(r *Run, a, b any) (any, error) { return r.lenientEqual(a, b) }
	case "!=":
		return func(r *Run, a, b any) (any, error) {
			same, err := r.lenientEqual(a, b)
			return !same, err
		}
	case "<":
		return lenientOrder(func(c int) bool { return c < 0 })
	case "<=":
		return lenientOrder(func(c int) bool { return c <= 0 })
	case ">":
		return lenientOrder(func(c int) bool { return c > 0 })
	case ">=":
		return lenientOrder(func(c int) bool { return c >= 0 })
	case "in":
		return func(r *Run, a, b any) (any, error) { return r.lenientContains(b, a) }
	case "contains":
		return lenientText(strings.Contains)
	case "startsWith":
		return lenientText(strings.HasPrefix)
	case "endsWith":
		return lenientText(strings.HasSuffix)
	default:
		return BinaryOperator(op)
	}
}

// lenientEqual compares a number and a numeric text as numbers. Two texts are equal only if they are the same:
// "1e5" and "100000" may be codes.
func (r *Run) lenientEqual(a, b any) (bool, error) {
	if err := r.Read(ScalarSize(a) + ScalarSize(b)); err != nil {
		return false, err
	}
	_, textA := StringOf(a)
	_, textB := StringOf(b)
	if textA != textB {
		x, ok := numeric(a)
		y, alike := numeric(b)
		if ok && alike {
			return compareNumbers(x, y) == 0, nil
		}
	}
	return r.equal(a, b)
}

// numeric returns an operand as a number, if it is one or the text of a JSON number with optional white space around
// it.
func numeric(x any) (Number, bool) {
	if s, ok := StringOf(x); ok {
		v, err := value.Number(strings.TrimSpace(s))
		if err != nil {
			return Number{}, false
		}
		x = v
	}
	return AsNumber(x)
}

func lenientOrder(holds func(int) bool) func(r *Run, a, b any) (any, error) {
	return func(r *Run, a, b any) (any, error) {
		if err := r.Read(ScalarSize(a) + ScalarSize(b)); err != nil {
			return nil, err
		}
		x, ok := numeric(a)
		y, alike := numeric(b)
		if ok && alike {
			return holds(compareNumbers(x, y)), nil
		}
		c, comparable, err := r.order(a, b)
		return comparable && holds(c), err
	}
}

// lenientContains implements `item in x`.
func (r *Run) lenientContains(x, item any) (bool, error) {
	walk, ok := elements(x)
	switch {
	case x == nil:
		return false, nil
	case !ok:
		return r.Contains(x, item)
	}
	if v, ok := x.(value.Value); ok {
		if err := r.Read(len(v.Text())); err != nil {
			return false, err
		}
	}
	for e := range walk {
		if same, err := r.lenientEqual(e, item); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// LenientText returns the text of a string or number.
func LenientText(x any) (string, bool) {
	if s, ok := StringOf(x); ok {
		return s, true
	}
	switch x := x.(type) {
	case value.Value:
		return x.Num()
	default:
		n, ok := AsNumber(x)
		if !ok {
			return "", false
		}
		return n.String(), true
	}
}

func lenientText(test func(string, string) bool) func(r *Run, a, b any) (any, error) {
	return func(r *Run, a, b any) (any, error) {
		s, ok := LenientText(a)
		t, alike := LenientText(b)
		if !ok || !alike {
			return false, nil
		}
		return test(s, t), r.Read(len(s) + len(t))
	}
}

// WantPatternText returns the text that matches looks at. ok is false for an operand that matches nothing.
func WantPatternText(x any, lenient bool) (s string, ok bool, err error) {
	if lenient {
		s, ok = LenientText(x)
		return s, ok, nil
	}
	if x == nil {
		return "", false, nil
	}
	if s, ok = StringOf(x); !ok {
		return "", false, diag.Failed("matches looks at a string, not at %s; turn it into one with string()", Describe(x))
	}
	return s, true, nil
}
