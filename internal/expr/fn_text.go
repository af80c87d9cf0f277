package expr

import (
	"strings"
	"unicode/utf8"
)

func textFunctions() []function {
	return []function{
		onText("upper", strings.ToUpper),
		onText("lower", strings.ToLower),
		onTextPair("trim", strings.TrimSpace, strings.Trim),
		onTextPair("trimPrefix", func(s string) string { return strings.TrimPrefix(s, " ") }, strings.TrimPrefix),
		onTextPair("trimSuffix", func(s string) string { return strings.TrimSuffix(s, " ") }, strings.TrimSuffix),
		splitting("split", strings.SplitN),
		splitting("splitAfter", strings.SplitAfterN),
		{"replace", 3, 4, replace},
		{"repeat", 2, 2, repeat},
		{"join", 1, 2, join},
		findingText("indexOf", strings.Index),
		findingText("lastIndexOf", strings.LastIndex),
		{"hasPrefix", 2, 2, func(r *run, a []any) (any, error) { return onTexts(strings.HasPrefix)(r, a[0], a[1]) }},
		{"hasSuffix", 2, 2, func(r *run, a []any) (any, error) { return onTexts(strings.HasSuffix)(r, a[0], a[1]) }},
		{"string", 1, 1, toText},
		{"type", 1, 1, func(_ *run, a []any) (any, error) { return typeOf(a[0]), nil }},
	}
}

func onText(name string, f func(string) string) function {
	return function{name, 1, 1, func(r *run, args []any) (any, error) {
		s, err := r.wantTexts(name, args...)
		if err != nil {
			return nil, err
		}
		return f(s[0]), nil
	}}
}

func onTextPair(name string, alone func(string) string, pair func(string, string) string) function {
	return function{name, 1, 2, func(r *run, args []any) (any, error) {
		s, err := r.wantTexts(name, args...)
		if err != nil {
			return nil, err
		}
		if len(s) == 1 {
			return alone(s[0]), nil
		}
		if err := r.step(len(s[0]) * len(s[1]) / bytesPerStep); err != nil {
			return nil, err
		}
		return pair(s[0], s[1]), nil
	}}
}

func splitting(name string, split func(s, sep string, n int) []string) function {
	return function{name, 2, 3, func(r *run, args []any) (any, error) {
		s, err := r.wantTexts(name, args[0], args[1])
		if err != nil {
			return nil, err
		}
		n := -1
		if len(args) == 3 {
			if n, err = wantWhole(name, args[2]); err != nil {
				return nil, err
			}
		}
		parts := strings.Count(s[0], s[1]) + 1
		if n >= 0 {
			parts = min(parts, n)
		}
		if err := r.take(2 * elementSize * parts); err != nil {
			return nil, err
		}
		var out []any
		for _, part := range split(s[0], s[1], n) {
			out = append(out, part)
		}
		return out, nil
	}}
}

func replace(r *run, args []any) (any, error) {
	s, err := r.wantTexts("replace", args[:3]...)
	if err != nil {
		return nil, err
	}
	n := -1
	if len(args) == 4 {
		if n, err = wantWhole("replace", args[3]); err != nil {
			return nil, err
		}
	}
	hits := strings.Count(s[0], s[1])
	if n >= 0 {
		hits = min(hits, n)
	}
	if err := r.takeProduct(hits, len(s[2])); err != nil {
		return nil, err
	}
	return strings.Replace(s[0], s[1], s[2], n), nil
}

func repeat(r *run, args []any) (any, error) {
	s, err := r.wantTexts("repeat", args[0])
	if err != nil {
		return nil, err
	}
	n, err := wantWhole("repeat", args[1])
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, failed("repeat takes a number of times that is not negative")
	}
	if err := r.takeProduct(n, len(s[0])); err != nil {
		return nil, err
	}
	if s[0] == "" {
		return "", nil
	}
	return strings.Repeat(s[0], n), nil
}

// takeProduct charges n times size bytes, without overflow.
func (r *run) takeProduct(n, size int) error {
	if size > 0 && n > r.limits.Memory/size {
		return r.take(r.limits.Memory + 1)
	}
	return r.take(n * size)
}

// join also takes scalars that are no strings, as string() writes them.
func join(r *run, args []any) (any, error) {
	elements, err := r.array(args[0])
	if err != nil {
		return nil, err
	}
	glue := ""
	if len(args) == 2 {
		if glue, err = wantText("join", args[1]); err != nil {
			return nil, err
		}
	}
	parts := make([]string, len(elements))
	for i, e := range elements {
		if parts[i], err = r.asText(e); err != nil {
			return nil, err
		}
		if err := r.take(elementSize + len(parts[i]) + len(glue)); err != nil {
			return nil, err
		}
	}
	return strings.Join(parts, glue), nil
}

func findingText(name string, find func(s, part string) int) function {
	return function{name, 2, 2, func(r *run, args []any) (any, error) {
		s, err := r.wantTexts(name, args...)
		if err != nil {
			return nil, err
		}
		i := find(s[0], s[1])
		if i > 0 {
			i = utf8.RuneCountInString(s[0][:i])
		}
		return int64(i), nil
	}}
}

// toText is string().
func toText(r *run, args []any) (any, error) { return r.asText(args[0]) }

// asText is a scalar's text, and the JSON of the rest.
func (r *run) asText(x any) (string, error) {
	var s string
	switch x.(type) {
	case []any, *object:
		v, err := r.output(x)
		if err != nil {
			return "", err
		}
		s = v.Text()
	default:
		s = plain(x)
	}
	return s, r.take(len(s))
}
