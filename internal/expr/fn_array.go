package expr

import (
	"slices"
	"unicode/utf8"

	"hookline.dev/hookline/internal/value"
)

func arrayFunctions() []function {
	return []function{
		{"len", 1, 1, length},
		{"first", 1, 1, func(r *run, args []any) (any, error) { return r.end(args[0], 0) }},
		{"last", 1, 1, func(r *run, args []any) (any, error) { return r.end(args[0], -1) }},
		{"take", 2, 2, take},
		{"reverse", 1, 1, reverse},
		{"uniq", 1, 1, uniq},
		{"concat", 1, -1, concat},
		{"flatten", 1, 1, flatten},
		{"sort", 1, 2, sortArray},
	}
}

// length counts elements, members or characters; null has none.
func length(r *run, args []any) (any, error) {
	switch x := open(args[0]).(type) {
	case nil:
		return int64(0), nil
	case string:
		return int64(utf8.RuneCountInString(x)), r.read(len(x))
	case []any:
		return int64(len(x)), nil
	case *object:
		return int64(len(x.names)), nil
	case value.Value:
		if x.Kind() == value.KindArray || x.Kind() == value.KindObject {
			return int64(x.Len()), r.read(len(x.Text()))
		}
	}
	return nil, failed("len takes an array, an object or a string, not %s", described(args[0]))
}

func (r *run) end(x any, i int64) (any, error) {
	elements, err := r.array(x)
	if err != nil {
		return nil, err
	}
	return at(elements, i), nil
}

func take(r *run, args []any) (any, error) {
	elements, err := r.array(args[0])
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

func reverse(r *run, args []any) (any, error) {
	out, err := r.copied(args[0])
	slices.Reverse(out)
	return out, err
}

// copied returns the elements as a slice that may be changed.
func (r *run) copied(x any) ([]any, error) {
	elements, err := r.array(x)
	if err != nil {
		return nil, err
	}
	if err := r.take(elementSize * len(elements)); err != nil {
		return nil, err
	}
	return append([]any{}, elements...), nil
}

// uniq keeps the first of equal elements. Each comparison is charged, so the
// square is bounded.
func uniq(r *run, args []any) (any, error) {
	elements, err := r.array(args[0])
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, e := range elements {
		seen, err := r.contains(out, e)
		if err != nil {
			return nil, err
		}
		if !seen {
			if err := r.take(elementSize); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

func concat(r *run, args []any) (any, error) {
	out := []any{}
	for _, x := range args {
		elements, err := r.array(x)
		if err != nil {
			return nil, err
		}
		if err := r.take(elementSize * len(elements)); err != nil {
			return nil, err
		}
		out = append(out, elements...)
	}
	return out, nil
}

func flatten(r *run, args []any) (any, error) {
	elements, err := r.array(args[0])
	if err != nil {
		return nil, err
	}
	return r.flattened([]any{}, elements, 0)
}

func (r *run) flattened(out, elements []any, depth int) ([]any, error) {
	if depth > MaxDepth {
		return nil, tooNested()
	}
	for _, e := range elements {
		if typeOf(e) == "array" {
			inner, err := r.array(e)
			if err != nil {
				return nil, err
			}
			if out, err = r.flattened(out, inner, depth+1); err != nil {
				return nil, err
			}
			continue
		}
		if err := r.take(elementSize); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func sortArray(r *run, args []any) (any, error) {
	elements, err := r.array(args[0])
	if err != nil {
		return nil, err
	}
	var order any
	if len(args) == 2 {
		order = args[1]
	}
	return r.sorted(elements, elements, order)
}
