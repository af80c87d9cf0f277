package expr

import (
	"cmp"
	"math"
	"math/big"
	"strconv"

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
	return value.CompareNumbers(a.String(), b.String())
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
	if f, ok := shortDecimals(op, x, y); ok {
		return f, r.step(shortDecimalSteps)
	}
	if err := r.step(decimalSteps); err != nil {
		return nil, err
	}
	switch op {
	case "%":
		return nil, failed("%% takes whole numbers")
	case "**":
		return rounded(math.Pow(toFloat(x), toFloat(y)))
	case "/":
		return quotient(x, y)
	default:
		return decimals(op, x, y)
	}
}

// What a calculation with decimals is charged for, and one with big rationals.
const (
	shortDecimalSteps = 4
	decimalSteps      = 100
)

// wholeNumbers calculates with int64s; done is false when the result is no
// whole number.
func wholeNumbers(op string, x, y int64) (n any, done bool, err error) {
	var exact *big.Int
	switch op {
	case "+":
		if sum := x + y; (sum > x) == (y > 0) {
			return sum, true, nil
		}
	case "-":
		if difference := x - y; (difference < x) == (y > 0) {
			return difference, true, nil
		}
	case "*":
		exact = new(big.Int).Mul(big.NewInt(x), big.NewInt(y))
	case "/", "%":
		if y == 0 {
			return nil, true, failed("division by zero")
		}
		if y == -1 && x == math.MinInt64 {
			break
		}
		if op == "%" {
			return x % y, true, nil
		}
		if x%y != 0 {
			return nil, false, nil
		}
		return x / y, true, nil
	case "**":
		if y < 0 {
			return nil, false, nil
		}
		if y > 63 && x != 0 && x != 1 && x != -1 {
			break
		}
		exact = new(big.Int).Exp(big.NewInt(x), big.NewInt(min(y, 62+y&1)), nil)
	}
	if exact != nil && exact.IsInt64() {
		return exact.Int64(), true, nil
	}
	return nil, true, failed("the result is beyond the whole numbers that can be held exactly (64 bits)")
}

// decimals adds, subtracts and multiplies exactly and rounds once.
func decimals(op string, x, y number) (any, error) {
	p, q := ratio(x), ratio(y)
	exact := new(big.Rat)
	switch op {
	case "+":
		exact.Add(p, q)
	case "-":
		exact.Sub(p, q)
	default:
		exact.Mul(p, q)
	}
	return nearestNumber(exact, x.exactInFloat() && y.exactInFloat())
}

func quotient(x, y number) (any, error) {
	q := ratio(y)
	if q.Sign() == 0 {
		return nil, failed("division by zero")
	}
	return nearestNumber(new(big.Rat).Quo(ratio(x), q), x.exactInFloat() && y.exactInFloat())
}

// ratio is the decimal that a number stands for. The exponent of a float64 is
// at most some hundreds, so this is bounded.
func ratio(n number) *big.Rat {
	if n.isWhole {
		return new(big.Rat).SetInt64(n.whole)
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return new(big.Rat)
	}
	return r
}

// nearestNumber is the float64 nearest to exact, or the int64 that it is.
func nearestNumber(exact *big.Rat, mayRound bool) (any, error) {
	f, _ := exact.Float64()
	if math.IsInf(f, 0) {
		return nil, failed("the result is too large for a number")
	}
	if ratio(number{float: f, isFloat: true}).Cmp(exact) == 0 {
		return f, nil
	}
	if exact.IsInt() && exact.Num().IsInt64() {
		return exact.Num().Int64(), nil
	}
	if !mayRound {
		return nil, failed("the result has too many digits to be held exactly")
	}
	return f, nil
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
