package expr

import (
	"cmp"
	"math"
	"strconv"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// number is a datum that is a number: an int64, or the text of another one.
type number struct {
	whole   int64
	isWhole bool
	float   float64
	isFloat bool
	text    string // neither: too long for both
}

func asNumber(x any) (number, bool) {
	switch x := x.(type) {
	case int64:
		return number{whole: x, isWhole: true}, true
	case float64:
		return number{float: x, isFloat: true}, true
	case value.Value:
		if x.Kind() != value.KindNumber {
			return number{}, false
		}
		if n, ok := x.Int(); ok {
			return number{whole: n, isWhole: true}, true
		}
		if f, exact := x.Float(); exact {
			return number{float: f, isFloat: true}, true
		}
		return number{text: x.Text()}, true
	default:
		return number{}, false
	}
}

// String is the number's text.
func (n number) String() string {
	switch {
	case n.isWhole:
		return strconv.FormatInt(n.whole, 10)
	case n.isFloat:
		return strconv.FormatFloat(n.float, 'e', -1, 64)
	default:
		return n.text
	}
}

func compareNumbers(a, b number) int {
	if a.isWhole && b.isWhole {
		return cmp.Compare(a.whole, b.whole)
	}
	if a.isFloat && b.isFloat {
		return cmp.Compare(a.float, b.float)
	}
	return decimal.Compare(a.String(), b.String())
}

// exactInFloat tells whether float64 holds the number without loss.
func (n number) exactInFloat() bool {
	return n.isFloat || n.isWhole && -1<<53 <= n.whole && n.whole <= 1<<53
}

// operand takes a number for a calculation.
func operand(x any) (number, error) {
	n, ok := asNumber(x)
	switch {
	case !ok && x == nil:
		return n, failed("null cannot be calculated with; give a default, as in {path} ?? 0")
	case !ok:
		return n, failed("%s cannot be calculated with; turn it into a number with int() or float()", described(x))
	case !n.isWhole && !n.isFloat:
		return n, failed("this number has too many digits to be calculated with exactly; it can be compared and passed on")
	default:
		return n, nil
	}
}

// calculate does + - * / % ** on two numbers. Whole numbers stay whole and
// overflow is an error. Others are calculated as the decimals they stand for
// and rounded to the nearest float64 once, at the end; with a whole number that
// float64 cannot hold the result must be exact.
func (r *run) calculate(op string, a, b any) (any, error) {
	if err := r.read(scalarSize(a) + scalarSize(b)); err != nil {
		return nil, err
	}
	x, err := operand(a)
	if err != nil {
		return nil, err
	}
	y, err := operand(b)
	if err != nil {
		return nil, err
	}
	if x.isWhole && y.isWhole {
		if n, done, err := wholeNumbers(op, x.whole, y.whole); done || err != nil {
			return n, err
		}
	}
	switch op {
	case "+", "-", "*":
		return r.decimals(op, x, y)
	}
	if err := r.step(decimalSteps); err != nil {
		return nil, err
	}
	switch op {
	case "%":
		return nil, failed("%% takes whole numbers")
	case "**":
		return rounded(math.Pow(toFloat(x), toFloat(y)))
	default:
		return quotient(x, y)
	}
}

// What a calculation with short decimals is charged for, and one with longer numbers.
const (
	shortDecimalSteps = 4
	decimalSteps      = 100
)

// wholeNumbers calculates with int64s; done is false when the result is no
// whole number.
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
			return nil, true, failed("division by zero")
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
	return nil, true, failed("the result is beyond the whole numbers that can be held exactly (64 bits)")
}

// power is x^y for y from 0 on, or a number outside int64 where the power is one.
func power(x, y int64) decimal.Decimal {
	most := int64(64) // |x| > 1: x^64 is outside int64
	if -1 <= x && x <= 1 {
		most = 2 + y&1 // only whether y is 0, and whether it is odd, counts
	}
	p := decimal.Int(1)
	for range min(y, most) {
		p = p.Mul(decimal.Int(x))
	}
	return p
}

// decimals adds, subtracts and multiplies exactly and rounds once.
func (r *run) decimals(op string, x, y number) (any, error) {
	if err := r.step(shortDecimalSteps); err != nil {
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
	if err := r.step(decimalSteps - shortDecimalSteps); err != nil {
		return nil, err
	}
	if n, ok := exact.Scaled(0); ok && !isExact {
		return n, nil
	}
	return nearestFloat(f, isExact, x, y)
}

func quotient(x, y number) (any, error) {
	by := y.decimal().Rat()
	if by.Sign() == 0 {
		return nil, failed("division by zero")
	}
	exact := by.Quo(x.decimal().Rat(), by)
	f, isExact := decimal.NearestFloat(exact)
	if !isExact && exact.IsInt() && exact.Num().IsInt64() {
		return exact.Num().Int64(), nil
	}
	return nearestFloat(f, isExact, x, y)
}

// decimal is the decimal that a number stands for.
func (n number) decimal() decimal.Decimal {
	if n.isWhole {
		return decimal.Int(n.whole)
	}
	return decimal.FromFloat(n.float)
}

// nearestFloat is the result of a calculation whose nearest float64 is f. It may be rounded, unless x or y is a
// whole number that float64 cannot hold.
func nearestFloat(f float64, isExact bool, x, y number) (any, error) {
	switch {
	case math.IsInf(f, 0):
		return nil, failed("the result is too large for a number")
	case !isExact && (!x.exactInFloat() || !y.exactInFloat()):
		return nil, failed("the result has too many digits to be held exactly")
	default:
		return f, nil
	}
}

func rounded(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, failed("the result is no number")
	}
	return f, nil
}

func toFloat(n number) float64 {
	if n.isWhole {
		return float64(n.whole)
	}
	return n.float
}

// negate is -x.
func (r *run) negate(x any) (any, error) {
	n, err := operand(x)
	if err != nil {
		return nil, err
	}
	if n.isWhole {
		return r.calculate("-", int64(0), n.whole)
	}
	return -n.float, nil
}
