package eval

import (
	"cmp"
	"math"
	"strconv"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// Number is an operand that is a number: an int64, a float64, or text that neither represents exactly.
type Number struct {
	Whole   int64
	IsWhole bool
	Float   float64
	IsFloat bool
	text    string // set if neither type represents the number
}

// AsNumber returns an operand as a number, and false for other operands.
func AsNumber(x any) (Number, bool) {
	switch x := x.(type) {
	case int64:
		return Number{Whole: x, IsWhole: true}, true
	case float64:
		return Number{Float: x, IsFloat: true}, true
	case value.Value:
		if x.Kind() != value.KindNumber {
			return Number{}, false
		}
		if n, ok := x.Int(); ok {
			return Number{Whole: n, IsWhole: true}, true
		}
		if f, exact := x.Float(); exact {
			return Number{Float: f, IsFloat: true}, true
		}
		return Number{text: x.Text()}, true
	default:
		return Number{}, false
	}
}

// String returns the number's text.
func (n Number) String() string {
	switch {
	case n.IsWhole:
		return strconv.FormatInt(n.Whole, 10)
	case n.IsFloat:
		return strconv.FormatFloat(n.Float, 'e', -1, 64)
	default:
		return n.text
	}
}

func compareNumbers(a, b Number) int {
	if a.IsWhole && b.IsWhole {
		return cmp.Compare(a.Whole, b.Whole)
	}
	if a.IsFloat && b.IsFloat {
		return cmp.Compare(a.Float, b.Float)
	}
	return decimal.Compare(a.String(), b.String())
}

// ExactInFloat reports whether float64 holds the number without loss.
func (n Number) ExactInFloat() bool {
	return n.IsFloat || n.IsWhole && -1<<53 <= n.Whole && n.Whole <= 1<<53
}

// WantNumber returns an operand as a number for a calculation. It is an error if the operand is not a number or
// cannot be calculated with exactly.
func WantNumber(x any) (Number, error) {
	n, ok := AsNumber(x)
	switch {
	case !ok && x == nil:
		return n, diag.Failed("null cannot be calculated with; give a default, as in {path} ?? 0")
	case !ok:
		return n, diag.Failed("%s cannot be calculated with; turn it into a number with int() or float()", Describe(x))
	case !n.IsWhole && !n.IsFloat:
		return n, diag.Failed("this number has too many digits to be calculated with exactly; it can be compared and passed on")
	default:
		return n, nil
	}
}

// Calculate computes + - * / % ** on two numbers. Whole numbers stay whole, and overflow is an error. Other numbers
// are calculated as the decimals they represent, and the result is rounded to the nearest float64 once. If an
// operand is a whole number that float64 cannot hold, the result must be exact.
func (r *Run) Calculate(op string, a, b any) (any, error) {
	if err := r.Read(ScalarSize(a) + ScalarSize(b)); err != nil {
		return nil, err
	}
	x, err := WantNumber(a)
	if err != nil {
		return nil, err
	}
	y, err := WantNumber(b)
	if err != nil {
		return nil, err
	}
	if x.IsWhole && y.IsWhole {
		if n, done, err := wholeNumbers(op, x.Whole, y.Whole); done || err != nil {
			return n, err
		}
	}
	switch op {
	case "+", "-", "*":
		return r.decimals(op, x, y)
	}
	if err := r.Step(decimalSteps); err != nil {
		return nil, err
	}
	switch op {
	case "%":
		return nil, diag.Failed("%% takes whole numbers")
	case "**":
		return rounded(math.Pow(ToFloat(x), ToFloat(y)))
	default:
		return quotient(x, y)
	}
}

// The steps charged for a calculation with short decimals, and for one with longer numbers.
const (
	shortDecimalSteps = 4
	decimalSteps      = 100
)

// wholeNumbers calculates with int64s. done is false if the result is not a whole number.
func wholeNumbers(op string, x, y int64) (n any, done bool, err error) {
	p, q := decimal.Int(x), decimal.Int(y)
	var exact decimal.Decimal
	switch op {
	case "+":
		exact = p.Add(q)
	case "-":
		exact = p.Sub(q)
	case "*":
		exact = p.Mul(q)
	case "/", "%":
		switch {
		case y == 0:
			return nil, true, diag.Failed("division by zero")
		case y == -1 && x == math.MinInt64:
			exact = p.Neg()
		case op == "%":
			return x % y, true, nil
		case x%y != 0:
			return nil, false, nil
		default:
			return x / y, true, nil
		}
	case "**":
		if y < 0 {
			return nil, false, nil
		}
		exact = power(x, y)
	}
	if n, ok := exact.Scaled(0); ok {
		return n, true, nil
	}
	return nil, true, diag.Failed("the result is beyond the whole numbers that can be held exactly (64 bits)")
}

// power returns x^y for y >= 0. If the power is outside int64, the result is some number outside int64.
func power(x, y int64) decimal.Decimal {
	most := int64(64) // for |x| > 1, x^64 is outside int64
	if -1 <= x && x <= 1 {
		most = 2 + y&1 // only whether y is 0, and whether it is odd, matters
	}
	p := decimal.Int(1)
	for range min(y, most) {
		p = p.Mul(decimal.Int(x))
	}
	return p
}

// decimals adds, subtracts and multiplies exactly and rounds once.
func (r *Run) decimals(op string, x, y Number) (any, error) {
	if err := r.Step(shortDecimalSteps); err != nil {
		return nil, err
	}
	p, q := x.decimal(), y.decimal()
	var exact decimal.Decimal
	switch op {
	case "+":
		exact = p.Add(q)
	case "-":
		exact = p.Sub(q)
	default:
		exact = p.Mul(q)
	}
	f, isExact := exact.Float64()
	if p.IsShort() && q.IsShort() && exact.IsShort() {
		return f, nil
	}
	if err := r.Step(decimalSteps - shortDecimalSteps); err != nil {
		return nil, err
	}
	if n, ok := exact.Scaled(0); ok && !isExact {
		return n, nil
	}
	return nearestFloat(f, isExact, x, y)
}

func quotient(x, y Number) (any, error) {
	by := y.decimal().Rat()
	if by.Sign() == 0 {
		return nil, diag.Failed("division by zero")
	}
	exact := by.Quo(x.decimal().Rat(), by)
	f, isExact := decimal.NearestFloat(exact)
	if !isExact && exact.IsInt() && exact.Num().IsInt64() {
		return exact.Num().Int64(), nil
	}
	return nearestFloat(f, isExact, x, y)
}

// decimal returns the decimal that the number represents.
func (n Number) decimal() decimal.Decimal {
	if n.IsWhole {
		return decimal.Int(n.Whole)
	}
	return decimal.FromFloat(n.Float)
}

// nearestFloat returns the result of a calculation whose nearest float64 is f. Rounding is allowed, unless x or y
// is a whole number that float64 cannot hold.
func nearestFloat(f float64, isExact bool, x, y Number) (any, error) {
	switch {
	case math.IsInf(f, 0):
		return nil, diag.Failed("the result is too large for a number")
	case !isExact && (!x.ExactInFloat() || !y.ExactInFloat()):
		return nil, diag.Failed("the result has too many digits to be held exactly")
	default:
		return f, nil
	}
}

func rounded(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, diag.Failed("the result is not a number")
	}
	return f, nil
}

// ToFloat returns the float64 nearest to a number. The number must be whole or a float.
func ToFloat(n Number) float64 {
	if n.IsWhole {
		return float64(n.Whole)
	}
	return n.Float
}

// Negate returns -x.
func (r *Run) Negate(x any) (any, error) {
	n, err := WantNumber(x)
	if err != nil {
		return nil, err
	}
	if n.IsWhole {
		return r.Calculate("-", int64(0), n.Whole)
	}
	return -n.Float, nil
}
