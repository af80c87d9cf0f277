package function

import (
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

func textFunctions() []Function {
	return []Function{
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
		{"hasPrefix", 2, 2, func(r *eval.Run, a []any) (any, error) { return eval.StringTest(strings.HasPrefix)(r, a[0], a[1]) }},
		{"hasSuffix", 2, 2, func(r *eval.Run, a []any) (any, error) { return eval.StringTest(strings.HasSuffix)(r, a[0], a[1]) }},
		{"string", 1, 1, toText},
		{"type", 1, 1, func(_ *eval.Run, a []any) (any, error) { return eval.TypeOf(a[0]), nil }},
	}
}

func onText(name string, f func(string) string) Function {
	return Function{name, 1, 1, func(r *eval.Run, args []any) (any, error) {
		s, err := wantTexts(r, name, args...)
		if err != nil {
			return nil, err
		}
		return f(s[0]), nil
	}}
}

func onTextPair(name string, alone func(string) string, pair func(string, string) string) Function {
	return Function{name, 1, 2, func(r *eval.Run, args []any) (any, error) {
		s, err := wantTexts(r, name, args...)
		if err != nil {
			return nil, err
		}
		if len(s) == 1 {
			return alone(s[0]), nil
		}
		if err := r.Step(len(s[0]) * len(s[1]) / eval.BytesPerStep); err != nil {
			return nil, err
		}
		return pair(s[0], s[1]), nil
	}}
}

func splitting(name string, split func(s, sep string, n int) []string) Function {
	return Function{name, 2, 3, func(r *eval.Run, args []any) (any, error) {
		s, err := wantTexts(r, name, args[0], args[1])
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
		if err := r.Take(2 * eval.ElementSize * parts); err != nil {
			return nil, err
		}
		var out []any
		for _, part := range split(s[0], s[1], n) {
			out = append(out, part)
		}
		return out, nil
	}}
}

func replace(r *eval.Run, args []any) (any, error) {
	s, err := wantTexts(r, "replace", args[:3]...)
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
	if err := takeProduct(r, hits, len(s[2])); err != nil {
		return nil, err
	}
	return strings.Replace(s[0], s[1], s[2], n), nil
}

func repeat(r *eval.Run, args []any) (any, error) {
	s, err := wantTexts(r, "repeat", args[0])
	if err != nil {
		return nil, err
	}
	n, err := wantWhole("repeat", args[1])
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, diag.Failed("repeat takes a number of times that is not negative")
	}
	if err := takeProduct(r, n, len(s[0])); err != nil {
		return nil, err
	}
	if s[0] == "" {
		return "", nil
	}
	return strings.Repeat(s[0], n), nil
}

// takeProduct charges n times size bytes, without overflow.
func takeProduct(r *eval.Run, n, size int) error {
	if size > 0 && n > r.Memory()/size {
		return r.Take(r.Memory() + 1)
	}
	return r.Take(n * size)
}

// join also accepts elements that are not strings, and converts them as string() does.
func join(r *eval.Run, args []any) (any, error) {
	elements, err := r.Array(args[0])
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
		if parts[i], err = scalarText(r, e); err != nil {
			return nil, err
		}
		if err := r.Take(eval.ElementSize + len(parts[i]) + len(glue)); err != nil {
			return nil, err
		}
	}
	return strings.Join(parts, glue), nil
}

func findingText(name string, find func(s, part string) int) Function {
	return Function{name, 2, 2, func(r *eval.Run, args []any) (any, error) {
		s, err := wantTexts(r, name, args...)
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

// toText implements string().
func toText(r *eval.Run, args []any) (any, error) { return scalarText(r, args[0]) }

// scalarText returns a scalar's text, or the JSON of an array or object.
func scalarText(r *eval.Run, x any) (string, error) {
	var s string
	switch x.(type) {
	case []any, *eval.Object:
		v, err := r.Output(x)
		if err != nil {
			return "", err
		}
		s = v.Text()
	default:
		s = eval.PlainText(x)
	}
	return s, r.Take(len(s))
}
