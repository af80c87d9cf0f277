package eval

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// Slice implements x[from:to] for an array or a string, which is counted in characters. A null end is an omitted
// one.
func (r *Run) Slice(x, from, to any) (any, error) {
	if s, ok := StringOf(x); ok {
		if err := r.Take(4 * len(s)); err != nil {
			return nil, err
		}
		runes := []rune(s)
		i, j, err := bounds(len(runes), from, to)
		return string(runes[i:j]), err
	}
	if x == nil {
		return nil, nil
	}
	a, err := r.Array(x)
	if err != nil {
		return nil, err
	}
	i, j, err := bounds(len(a), from, to)
	return a[i:j:j], err
}

// bounds clamps the ends of a slice to 0..n. Negative ends count from the end.
func bounds(n int, from, to any) (i, j int, err error) {
	i, j = 0, n
	for _, end := range []struct {
		x   any
		out *int
	}{{from, &i}, {to, &j}} {
		if end.x == nil {
			continue
		}
		k, ok := WholeNumber(end.x)
		if !ok {
			return 0, 0, diag.Failed("a slice is cut at whole numbers, not at %s", Describe(end.x))
		}
		if k < 0 {
			k += int64(n)
		}
		*end.out = int(min(max(k, 0), int64(n)))
	}
	return min(i, j), j, nil
}

// KeyText returns the name of a member: the text of a scalar.
func KeyText(x any) (string, error) {
	switch x := x.(type) {
	case []any, *Object:
		return "", diag.Failed("an object's key is a string, not %s", Describe(x))
	case value.Value:
		if k := x.Kind(); k == value.KindArray || k == value.KindObject {
			return "", diag.Failed("an object's key is a string, not %s", Describe(x))
		}
	}
	return PlainText(x), nil
}
