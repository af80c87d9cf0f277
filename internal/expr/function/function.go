package function

import (
	"slices"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/nearest"
)

// Function is a function that expressions can call.
type Function struct {
	Name     string
	Min, Max int // arguments; Max -1: any number
	Call     func(r *eval.Run, args []any) (any, error)
}

// All returns every function except those that take a predicate: expr-lang's own and the additional ones for dates,
// encodings and URLs.
func All() []Function {
	return slices.Concat(textFunctions(), numberFunctions(), arrayFunctions(), objectFunctions(),
		codeFunctions(), dateFunctions(), bitFunctions())
}

// names returns the names of all functions.
func names() []string {
	list := PredicateNames()
	for _, f := range All() {
		list = append(list, f.Name)
	}
	return list
}

// UnknownFunction returns the error for a call of a function that does not exist.
func UnknownFunction(name string) *diag.Error {
	if name == "now" {
		return diag.Failed("now() is not available, because a repeated step must get the same answer; use date($system.now)")
	}
	if near, ok := nearest.Name(name, names()); ok {
		return diag.Failed("unknown function %s; did you mean %s?", name, near)
	}
	return diag.Failed("unknown function %s", name)
}

// Arity describes the number of arguments for messages.
func (f *Function) Arity() string {
	switch {
	case f.Max == 1:
		return "1 argument"
	case f.Min == f.Max:
		return count(f.Min) + " arguments"
	case f.Max < 0:
		return "at least " + count(f.Min) + " arguments"
	default:
		return count(f.Min) + " to " + count(f.Max) + " arguments"
	}
}

func count(n int) string { return string(rune('0' + n)) }

// wantText returns an argument that must be a string.
func wantText(name string, x any) (string, error) {
	if s, ok := eval.StringOf(x); ok {
		return s, nil
	}
	if x == nil {
		return "", diag.Failed("%s takes a string, not null; give a default, as in {path} ?? ''", name)
	}
	return "", diag.Failed("%s takes a string, not %s; turn it into one with string()", name, eval.Describe(x))
}

// wantTexts returns arguments that must be strings, and charges for reading and copying them.
func wantTexts(r *eval.Run, name string, args ...any) ([]string, error) {
	out := make([]string, len(args))
	for i, x := range args {
		s, err := wantText(name, x)
		if err != nil {
			return nil, err
		}
		if err := r.Take(len(s)); err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}

// wantWhole returns an argument that must be a whole number.
func wantWhole(name string, x any) (int, error) {
	n, ok := eval.WholeNumber(x)
	if !ok {
		return 0, diag.Failed("%s takes a whole number, not %s", name, eval.Describe(x))
	}
	return int(n), nil
}
