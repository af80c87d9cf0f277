package collection

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// ArithmeticOp is what an Update may compute.
type ArithmeticOp string

// The operators.
const (
	Inc ArithmeticOp = "$inc" // adds; a negative number subtracts
	Mul ArithmeticOp = "$mul"
)

// Arithmetic is a change of a number by what it is: {"$inc": 1}.
type Arithmetic struct {
	Op      ArithmeticOp
	operand exact
	text    string // of the operand, as it was given
	// What most changes are: whole numbers in the field's scale, to which plain arithmetic is exact.
	step  int64
	small bool
}

// exact is the number digits × 10^exp.
type exact struct {
	digits *big.Int
	exp    int
}

// The bounds of the numbers that are computed with: what a double or 64 bits can hold is far below.
const (
	maxOperand  = 400 // characters of a number's text
	maxExponent = 400
)

// arithmetic reads {"$inc": n} or {"$mul": n}.
func (f Field) arithmetic(v value.Value) (*Arithmetic, *Violation) {
	var a Arithmetic
	var operand value.Value
	for name, member := range v.Members() {
		a.Op, operand = ArithmeticOp(name), numeral(member)
	}
	if v.Len() != 1 || a.Op != Inc && a.Op != Mul {
		return nil, f.wrong(`a number, or {"$inc": n} or {"$mul": n}`, v)
	}
	n, ok := exactly(operand)
	if !ok {
		return nil, &Violation{Code: CodeType, Field: f.Name,
			Message: string(a.Op) + " of " + f.Name + " takes a number of at most " + strconv.Itoa(maxOperand) + " characters, not " + describe(operand)}
	}
	a.operand, a.text = n, operand.Text()
	if f.Storage() == CellInt {
		scale := 0
		if a.Op == Inc {
			scale = f.Scale
		}
		a.step, a.small = operand.Scaled(scale)
	}
	return &a, nil
}

// exactly reads a JSON number.
func exactly(v value.Value) (exact, bool) {
	text, ok := v.Num()
	if !ok || len(text) > maxOperand {
		return exact{}, false
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	exp, err := 0, error(nil)
	if exponent != "" {
		exp, err = strconv.Atoi(exponent)
	}
	if err != nil || exp > maxExponent || exp < -maxExponent {
		return exact{}, false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, ok := new(big.Int).SetString(whole+fraction, 10)
	return exact{digits, exp - len(fraction)}, ok
}

// Compute returns what a cell of the field becomes, exactly: no place is rounded off and nothing
// wraps around. A result that the field cannot hold is a violation, and so is computing with null.
func (f Field) Compute(old Cell, a Arithmetic) (Cell, *Violation) {
	if old.Kind == CellNull {
		return Cell{}, &Violation{Code: CodeRequired, Field: f.Name,
			Message: f.Name + " is null, with which " + string(a.Op) + " cannot compute: set it first, or give it a default"}
	}
	if n, ok := a.quickly(old); ok && (f.Precision == 0 || f.fits(n)) {
		return Cell{Kind: CellInt, Int: n}, nil
	}
	have, ok := f.exact(old)
	if !ok {
		return Cell{}, f.beyond(old, a)
	}
	var n exact
	if a.Op == Mul {
		n = exact{new(big.Int).Mul(have.digits, a.operand.digits), have.exp + a.operand.exp}
	} else {
		n = have.plus(a.operand)
	}
	cell, broken := f.admit(n.value())
	if broken != nil {
		return Cell{}, f.beyond(old, a)
	}
	return cell, nil
}

// quickly computes with 64 bits; ok is false where that is not enough.
func (a *Arithmetic) quickly(old Cell) (n int64, ok bool) {
	x, y := old.Int, a.step
	switch {
	case !a.small || old.Kind != CellInt:
		return 0, false
	case a.Op == Inc:
		n = x + y
		return n, (n > x) == (y > 0)
	case x == 0 || y == 0:
		return 0, true
	default:
		n = x * y
		return n, n/y == x && (x != math.MinInt64 || y != -1) && (y != math.MinInt64 || x != -1)
	}
}

// exact is a numeric cell as a number.
func (f Field) exact(cell Cell) (exact, bool) {
	if cell.Kind == CellFloat {
		return exactly(value.TrustedBytes(appendFloat(nil, cell.Float)))
	}
	return exact{big.NewInt(cell.Int), -f.Scale}, true
}

func (n exact) plus(m exact) exact {
	if n.exp < m.exp {
		n, m = m, n
	}
	// n has the larger exponent: write it with the smaller one.
	shift := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n.exp-m.exp)), nil)
	return exact{shift.Add(shift.Mul(shift, n.digits), m.digits), m.exp}
}

// value is the number as JSON.
func (n exact) value() value.Value {
	text := n.digits.Append(nil, 10)
	if n.exp != 0 {
		text = strconv.AppendInt(append(text, 'e'), int64(n.exp), 10)
	}
	return value.TrustedBytes(text)
}

// beyond is the violation of a result that the field cannot hold.
func (f Field) beyond(old Cell, a Arithmetic) *Violation {
	sign := " + "
	if a.Op == Mul {
		sign = " × "
	}
	return &Violation{Code: CodeRange, Field: f.Name, Message: f.Name + " would become " + f.Render(old).Text() + sign +
		clip(a.text) + "; it must be " + f.span()}
}
