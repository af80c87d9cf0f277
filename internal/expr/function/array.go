package function

import (
	"slices"
	"unicode/utf8"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/value"
)

func arrayFunctions() []Function {
	return []Function{
		{"len", 1, 1, length},
		{"first", 1, 1, func(r *eval.Run, args []any) (any, error) { return end(r, args[0], 0) }},
		{"last", 1, 1, func(r *eval.Run, args []any) (any, error) { return end(r, args[0], -1) }},
		{"take", 2, 2, take},
		{"reverse", 1, 1, reverse},
		{"uniq", 1, 1, uniq},
		{"concat", 1, -1, concat},
		{"flatten", 1, 1, flatten},
		{"sort", 1, 2, sortArray},
	}
}

// length counts elements, members or characters. The length of null is 0.
func length(r *eval.Run, args []any) (any, error) {
	switch x := eval.Decode(args[0]).(type) {
	case nil:
		return int64(0), nil
	case string:
		return int64(utf8.RuneCountInString(x)), r.Read(len(x))
	case []any:
		return int64(len(x)), nil
	case *eval.Object:
		return int64(len(x.Names)), nil
	case value.Value:
		if x.Kind() == value.KindArray || x.Kind() == value.KindObject {
			return int64(x.Len()), r.Read(len(x.Text()))
		}
	}
	return nil, diag.Failed("len takes an array, an object or a string, not %s", eval.Describe(args[0]))
}

func end(r *eval.Run, x any, i int64) (any, error) {
	elements, err := r.Array(x)
	if err != nil {
		return nil, err
	}
	return eval.ElementAt(elements, i), nil
}

func take(r *eval.Run, args []any) (any, error) {
	elements, err := r.Array(args[0])
	if err != nil {
		return nil, err
	}
	n, err := wantWhole("take", args[1])
	if err != nil {
		return nil, err
	}
	n = min(max(n, 0), len(elements))
	return elements[:n:n], nil
}

func reverse(r *eval.Run, args []any) (any, error) {
	out, err := copied(r, args[0])
	slices.Reverse(out)
	return out, err
}

// copied returns the elements in a new slice that may be changed.
func copied(r *eval.Run, x any) ([]any, error) {
	elements, err := r.Array(x)
	if err != nil {
		return nil, err
	}
	if err := r.Take(eval.ElementSize * len(elements)); err != nil {
		return nil, err
	}
	return append([]any{}, elements...), nil
}

// uniq keeps the first of equal elements. It is quadratic, but each comparison is charged, so the work is bounded.
func uniq(r *eval.Run, args []any) (any, error) {
	elements, err := r.Array(args[0])
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, e := range elements {
		seen, err := r.Contains(out, e)
		if err != nil {
			return nil, err
		}
		if !seen {
			if err := r.Take(eval.ElementSize); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

func concat(r *eval.Run, args []any) (any, error) {
	out := []any{}
	for _, x := range args {
		elements, err := r.Array(x)
		if err != nil {
			return nil, err
		}
		if err := r.Take(eval.ElementSize * len(elements)); err != nil {
			return nil, err
		}
		out = append(out, elements...)
	}
	return out, nil
}

func flatten(r *eval.Run, args []any) (any, error) {
	elements, err := r.Array(args[0])
	if err != nil {
		return nil, err
	}
	return flattened(r, []any{}, elements, 0)
}

func flattened(r *eval.Run, out, elements []any, depth int) ([]any, error) {
	if depth > eval.MaxDepth {
		return nil, eval.TooNested()
	}
	for _, e := range elements {
		if eval.TypeOf(e) == "array" {
			inner, err := r.Array(e)
			if err != nil {
				return nil, err
			}
			if out, err = flattened(r, out, inner, depth+1); err != nil {
				return nil, err
			}
			continue
		}
		if err := r.Take(eval.ElementSize); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func sortArray(r *eval.Run, args []any) (any, error) {
	elements, err := r.Array(args[0])
	if err != nil {
		return nil, err
	}
	var order any
	if len(args) == 2 {
		order = args[1]
	}
	return sorted(r, elements, elements, order)
}
