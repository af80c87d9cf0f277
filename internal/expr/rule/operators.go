package rule

import (
	"cmp"
	"strings"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/value"
)

// The operators of rules. They are null-safe: null is equal to null alone, is
// empty, and every other test of it is false. Numbers are compared exactly.
// Unless a rule is strict, a number and a string that is a number are compared
// as numbers, and a number is looked at as text where a test is about text.

// equal is equal. Two strings are equal when they are the same text, so
// that "1e5" and "100000", which may be codes and not numbers, are not.
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

// mixedNumbers returns the texts of a number and a string that is one.
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

// numberText is a number's text, or that of a string that is a JSON number with
// or without blanks around it.
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

// ordered is gt, gte, lt and lte: of two numbers, or of two strings by their
// bytes, which orders dates in RFC 3339. Two strings that are both numbers are
// compared as numbers unless the rule is strict. What has no order is false.
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

// asText is a string's text and, unless the rule is strict, a number's.
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

// includes looks for an element in an array and for a part in a string.
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

// isEmpty is true for null, "", [] and {}.
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
