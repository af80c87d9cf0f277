package function

import (
	"math"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/value"
)

func numberFunctions() []Function {
	return []Function{
		{"abs", 1, 1, absolute},
		rounding("ceil", math.Ceil),
		rounding("floor", math.Floor),
		rounding("round", math.Round),
		{"int", 1, 1, toInt},
		{"float", 1, 1, toDecimal},
		{"max", 1, -1, func(r *eval.Run, args []any) (any, error) { return extreme(r, args, 1) }},
		{"min", 1, -1, func(r *eval.Run, args []any) (any, error) { return extreme(r, args, -1) }},
		{"mean", 1, -1, mean},
		{"median", 1, -1, median},
	}
}

func absolute(r *eval.Run, args []any) (any, error) {
	n, err := eval.WantNumber(args[0])
	if err != nil {
		return nil, err
	}
	if n.IsWhole && n.Whole < 0 || n.IsFloat && n.Float < 0 {
		return r.Negate(args[0])
	}
	return eval.Decode(args[0]), nil
}

// rounding returns whole numbers, as int64 if float64 holds them exactly.
func rounding(name string, f func(float64) float64) Function {
	return Function{name, 1, 1, func(_ *eval.Run, args []any) (any, error) {
		n, err := eval.WantNumber(args[0])
		if err != nil {
			return nil, err
		}
		if n.IsWhole {
			return n.Whole, nil
		}
		return wholeOf(f(n.Float)), nil
	}}
}

// wholeOf returns a whole float64 as int64 if it is below 2^53 in magnitude, otherwise unchanged.
func wholeOf(f float64) any {
	if math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

// parsed parses a number from a string, ignoring white space around it.
func parsed(name string, s string) (any, error) {
	v, err := value.Number(strings.TrimSpace(s))
	if err != nil {
		return nil, diag.Failed("%s takes a number or a string that is one", name)
	}
	return v, nil
}

// toInt implements int(): a number without its fraction, or the number in a string.
func toInt(_ *eval.Run, args []any) (any, error) {
	x := args[0]
	if s, ok := eval.StringOf(x); ok {
		var err error
		if x, err = parsed("int", s); err != nil {
			return nil, err
		}
	}
	n, err := eval.WantNumber(x)
	if err != nil {
		return nil, err
	}
	if n.IsWhole {
		return n.Whole, nil
	}
	if math.Abs(n.Float) >= 1<<63 {
		return nil, diag.Failed("this number is beyond the whole numbers that can be held exactly (64 bits)")
	}
	return int64(n.Float), nil
}

// toDecimal implements float().
func toDecimal(_ *eval.Run, args []any) (any, error) {
	x := args[0]
	if s, ok := eval.StringOf(x); ok {
		var err error
		if x, err = parsed("float", s); err != nil {
			return nil, err
		}
	}
	n, err := eval.WantNumber(x)
	if err != nil {
		return nil, err
	}
	if !n.ExactInFloat() {
		return nil, diag.Failed("this number has too many digits for a float; keep it whole")
	}
	return eval.ToFloat(n), nil
}

// numbers collects the numbers from arguments and nested arrays, at any depth.
func numbers(r *eval.Run, args []any, depth int) ([]any, error) {
	if depth > eval.MaxDepth {
		return nil, eval.TooNested()
	}
	var out []any
	for _, x := range args {
		if err := r.Take(eval.ElementSize + eval.ScalarSize(x)); err != nil {
			return nil, err
		}
		if _, ok := eval.AsNumber(x); ok {
			out = append(out, x)
			continue
		}
		elements, err := r.Array(x)
		if err != nil {
			return nil, diag.Failed("numbers or arrays of them were expected, but this is %s", eval.Describe(x))
		}
		more, err := numbers(r, elements, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// extreme returns the largest or smallest number, or null if there is none.
func extreme(r *eval.Run, args []any, sign int) (any, error) {
	all, err := numbers(r, args, 0)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	best := all[0]
	for _, x := range all[1:] {
		c, err := r.Order(x, best)
		if err != nil {
			return nil, err
		}
		if c == sign {
			best = x
		}
	}
	return best, nil
}

func mean(r *eval.Run, args []any) (any, error) {
	all, err := numbers(r, args, 0)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return int64(0), nil
	}
	total, err := (&Predicate{}).sum(r, all)
	if err != nil {
		return nil, err
	}
	return r.Calculate("/", total, int64(len(all)))
}

func median(r *eval.Run, args []any) (any, error) {
	all, err := numbers(r, args, 0)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return int64(0), nil
	}
	ordered, err := sorted(r, all, all, nil)
	if err != nil {
		return nil, err
	}
	half := len(ordered) / 2
	if len(ordered)%2 == 1 {
		return ordered[half], nil
	}
	total, err := r.Calculate("+", ordered[half-1], ordered[half])
	if err != nil {
		return nil, err
	}
	return r.Calculate("/", total, int64(2))
}

// sorted returns the elements in the order of their keys. The sort is stable.
func sorted(r *eval.Run, elements, keys []any, order any) ([]any, error) {
	sign := 1
	switch s, _ := eval.StringOf(order); {
	case order == nil, s == "asc":
	case s == "desc":
		sign = -1
	default:
		return nil, diag.Failed(`the order is "asc" or "desc"`)
	}
	if err := r.Take(2 * eval.ElementSize * len(elements)); err != nil {
		return nil, err
	}
	places := make([]int, len(elements))
	for i := range places {
		places[i] = i
	}
	var fault error
	slices.SortStableFunc(places, func(i, j int) int {
		if fault != nil {
			return 0
		}
		if fault = r.Step(1); fault != nil {
			return 0
		}
		var c int
		c, fault = r.Order(keys[i], keys[j])
		return sign * c
	})
	if fault != nil {
		return nil, fault
	}
	out := make([]any, len(elements))
	for i, place := range places {
		out[i] = elements[place]
	}
	return out, nil
}
