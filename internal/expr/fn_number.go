package expr

import (
	"math"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/value"
)

func numberFunctions() []function {
	return []function{
		{"abs", 1, 1, absolute},
		rounding("ceil", math.Ceil),
		rounding("floor", math.Floor),
		rounding("round", math.Round),
		{"int", 1, 1, toInt},
		{"float", 1, 1, toDecimal},
		{"max", 1, -1, func(r *run, args []any) (any, error) { return r.extreme(args, 1) }},
		{"min", 1, -1, func(r *run, args []any) (any, error) { return r.extreme(args, -1) }},
		{"mean", 1, -1, mean},
		{"median", 1, -1, median},
	}
}

func absolute(r *run, args []any) (any, error) {
	n, err := operand(args[0])
	if err != nil {
		return nil, err
	}
	if n.isWhole && n.whole < 0 || n.isFloat && n.float < 0 {
		return r.negate(args[0])
	}
	return open(args[0]), nil
}

// rounding yields whole numbers, as int64 where one can hold them.
func rounding(name string, f func(float64) float64) function {
	return function{name, 1, 1, func(_ *run, args []any) (any, error) {
		n, err := operand(args[0])
		if err != nil {
			return nil, err
		}
		if n.isWhole {
			return n.whole, nil
		}
		return wholeOf(f(n.float)), nil
	}}
}

// wholeOf is the int64 that a whole float64 stands for, or the float itself.
func wholeOf(f float64) any {
	if math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

// parsed reads a number from a string with blanks around it.
func parsed(name string, s string) (any, error) {
	v, err := value.Number(strings.TrimSpace(s))
	if err != nil {
		return nil, failed("%s takes a number or a string that is one", name)
	}
	return v, nil
}

// toInt is int(): a number cut at its point, or the number in a string.
func toInt(_ *run, args []any) (any, error) {
	x := args[0]
	if s, ok := text(x); ok {
		var err error
		if x, err = parsed("int", s); err != nil {
			return nil, err
		}
	}
	n, err := operand(x)
	if err != nil {
		return nil, err
	}
	if n.isWhole {
		return n.whole, nil
	}
	if math.Abs(n.float) >= 1<<63 {
		return nil, failed("this number is beyond the whole numbers that can be held exactly (64 bits)")
	}
	return int64(n.float), nil
}

// toDecimal is float().
func toDecimal(_ *run, args []any) (any, error) {
	x := args[0]
	if s, ok := text(x); ok {
		var err error
		if x, err = parsed("float", s); err != nil {
			return nil, err
		}
	}
	n, err := operand(x)
	if err != nil {
		return nil, err
	}
	if !n.exactInFloat() {
		return nil, failed("this number has too many digits for a float; keep it whole")
	}
	return toFloat(n), nil
}

// numbers gathers numbers from arguments and arrays of them, at any depth.
func (r *run) numbers(args []any, depth int) ([]any, error) {
	if depth > MaxDepth {
		return nil, tooNested()
	}
	var out []any
	for _, x := range args {
		if err := r.take(elementSize + scalarSize(x)); err != nil {
			return nil, err
		}
		if _, ok := asNumber(x); ok {
			out = append(out, x)
			continue
		}
		elements, err := r.array(x)
		if err != nil {
			return nil, failed("numbers or arrays of them were expected, but this is %s", described(x))
		}
		more, err := r.numbers(elements, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// extreme finds the largest or smallest number; null when there is none.
func (r *run) extreme(args []any, sign int) (any, error) {
	all, err := r.numbers(args, 0)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	best := all[0]
	for _, x := range all[1:] {
		c, err := r.order(x, best)
		if err != nil {
			return nil, err
		}
		if c == sign {
			best = x
		}
	}
	return best, nil
}

func mean(r *run, args []any) (any, error) {
	all, err := r.numbers(args, 0)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return int64(0), nil
	}
	total, err := (&predicate{}).sum(r, all)
	if err != nil {
		return nil, err
	}
	return r.calculate("/", total, int64(len(all)))
}

func median(r *run, args []any) (any, error) {
	all, err := r.numbers(args, 0)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return int64(0), nil
	}
	ordered, err := r.sorted(all, all, nil)
	if err != nil {
		return nil, err
	}
	half := len(ordered) / 2
	if len(ordered)%2 == 1 {
		return ordered[half], nil
	}
	total, err := r.calculate("+", ordered[half-1], ordered[half])
	if err != nil {
		return nil, err
	}
	return r.calculate("/", total, int64(2))
}

// sorted returns the elements in the stable order of their keys.
func (r *run) sorted(elements, keys []any, order any) ([]any, error) {
	sign := 1
	switch s, _ := text(order); {
	case order == nil, s == "asc":
	case s == "desc":
		sign = -1
	default:
		return nil, failed(`the order is "asc" or "desc"`)
	}
	if err := r.take(2 * elementSize * len(elements)); err != nil {
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
		if fault = r.step(1); fault != nil {
			return 0
		}
		var c int
		c, fault = r.order(keys[i], keys[j])
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
