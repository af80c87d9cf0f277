package rule

import (
	"cmp"
	"strings"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/value"
)

// The operators of rules are null-safe: null equals only null, null is empty, and every other test of null is
// false. Numbers are compared exactly. Unless a rule is strict, a number and a numeric string are compared as
// numbers, and tests on text accept a number as text.

// equal implements equal. Two strings are equal only if they are the same text: "1e5" and "100000" differ, because
// they may be codes and not numbers.
func equal(r *eval.Run, c *comparison, left, right value.Value) (bool, error) {
	if err := r.Read(len(left.Text()) + len(right.Text())); err != nil {
		return false, err
	}
	if left.Kind() == value.KindString && right.Kind() == value.KindString {
		s, _ := left.Str()
		t, _ := right.Str()
		return s == t, nil
	}
	if !c.strict {
		if a, b, ok := mixedNumbers(left, right); ok {
			return decimal.Compare(a, b) == 0, nil
		}
	}
	if left.Kind() >= value.KindArray && left.Kind() == right.Kind() {
		if err := r.Read(16 * (len(left.Text()) + len(right.Text()))); err != nil {
			return false, err
		}
	}
	return value.Equal(left, right), nil
}

// mixedNumbers returns the texts of a number and a numeric string, in either order.
func mixedNumbers(a, b value.Value) (x, y string, ok bool) {
	if a.Kind() == b.Kind() {
		return "", "", false
	}
	x, ok = numberText(a)
	if ok {
		y, ok = numberText(b)
	}
	return x, y, ok
}

// numberText returns the text of a number, or of a string that is a JSON number with optional white space around
// it.
func numberText(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.KindNumber:
		return v.Num()
	case value.KindString:
		s, _ := v.Str()
		n, err := value.Number(strings.TrimSpace(s))
		return n.Text(), err == nil
	default:
		return "", false
	}
}

// ordered implements gt, gte, lt and lte. It compares two numbers, or two strings by their bytes, which orders RFC
// 3339 dates of one time zone. Two numeric strings are compared as numbers unless the rule is strict. Operands
// without an order give false.
func ordered(holds func(int) bool) operator {
	return func(r *eval.Run, c *comparison, left, right value.Value) (bool, error) {
		if err := r.Read(len(left.Text()) + len(right.Text())); err != nil {
			return false, err
		}
		bothNumbers := left.Kind() == value.KindNumber && right.Kind() == value.KindNumber
		if bothNumbers || !c.strict {
			a, ok := numberText(left)
			b, alike := numberText(right)
			if ok && alike {
				return holds(decimal.Compare(a, b)), nil
			}
		}
		s, ok := left.Str()
		t, alike := right.Str()
		return ok && alike && holds(cmp.Compare(s, t)), nil
	}
}

// asText returns the text of a string and, unless the rule is strict, of a number.
func (c *comparison) asText(v value.Value) (string, bool) {
	if s, ok := v.Str(); ok {
		return s, true
	}
	if s, ok := v.Num(); ok && !c.strict {
		return s, true
	}
	return "", false
}

func stringTest(test func(s, part string) bool) operator {
	return func(r *eval.Run, c *comparison, left, right value.Value) (bool, error) {
		s, ok := c.asText(left)
		part, alike := c.asText(right)
		return ok && alike && test(s, part), r.Read(len(s) + len(part))
	}
}

// includes looks for an element in an array, or for a substring in a string.
func includes(r *eval.Run, c *comparison, left, right value.Value) (bool, error) {
	if left.Kind() != value.KindArray {
		return stringTest(strings.Contains)(r, c, left, right)
	}
	for element := range left.Elements() {
		if same, err := equal(r, c, element, right); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

func isIn(r *eval.Run, c *comparison, left, right value.Value) (bool, error) {
	switch right.Kind() {
	case value.KindArray:
		return includes(r, c, right, left)
	case value.KindNull:
		return false, nil
	default:
		return false, diag.Failed("in and notIn take a list on the right, but this is %s", eval.Describe(right))
	}
}

// isEmpty reports whether a value is null, "", [] or {}.
func isEmpty(_ *eval.Run, _ *comparison, left, _ value.Value) (bool, error) {
	switch left.Kind() {
	case value.KindNull:
		return true, nil
	case value.KindString:
		return left.Text() == `""`, nil
	case value.KindArray:
		for range left.Elements() {
			return false, nil
		}
		return true, nil
	case value.KindObject:
		for range left.Members() {
			return false, nil
		}
		return true, nil
	default:
		return false, nil
	}
}

func matchesPattern(r *eval.Run, c *comparison, left, _ value.Value) (bool, error) {
	s, ok := c.asText(left)
	if !ok {
		return false, nil
	}
	return c.pattern.Match(r, s)
}
