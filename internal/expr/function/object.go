package function

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

func objectFunctions() []Function {
	return []Function{
		{"get", 2, 2, func(r *eval.Run, args []any) (any, error) { return r.Element(args[0], args[1]) }},
		{"keys", 1, 1, func(r *eval.Run, args []any) (any, error) {
			return parts(r, args[0], func(name string, _ any) any { return name })
		}},
		{"values", 1, 1, func(r *eval.Run, args []any) (any, error) {
			return parts(r, args[0], func(_ string, x any) any { return x })
		}},
		{"toPairs", 1, 1, func(r *eval.Run, args []any) (any, error) {
			return parts(r, args[0], func(name string, x any) any { return []any{name, x} })
		}},
		{"fromPairs", 1, 1, fromPairs},
	}
}

// parts applies a function to each member, in the object's order.
func parts(r *eval.Run, x any, of func(name string, x any) any) (any, error) {
	out := []any{}
	if x == nil {
		return out, nil
	}
	o, err := r.Object(x)
	if err != nil {
		return nil, err
	}
	for _, name := range o.Names {
		if err := r.Take(2*eval.ElementSize + len(name)); err != nil {
			return nil, err
		}
		out = append(out, of(name, o.Members[name]))
	}
	return out, nil
}

func fromPairs(r *eval.Run, args []any) (any, error) {
	pairs, err := r.Array(args[0])
	if err != nil {
		return nil, err
	}
	o := eval.NewObject(len(pairs))
	for _, p := range pairs {
		pair, err := r.Array(p)
		if err != nil {
			return nil, err
		}
		if len(pair) != 2 {
			return nil, diag.Failed("fromPairs takes an array of pairs, and each pair has two elements")
		}
		name, err := eval.KeyText(pair[0])
		if err != nil {
			return nil, err
		}
		if err := r.Take(2*eval.ElementSize + len(name)); err != nil {
			return nil, err
		}
		o.Set(name, pair[1])
	}
	return o, nil
}
