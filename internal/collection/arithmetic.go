package collection

import (
	"strconv"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// ArithmeticOp is a computation that an Update may apply to a number.
type ArithmeticOp string

// The operators.
const (
	Inc ArithmeticOp = "$inc" // adds; subtracts if the operand is negative
	Mul ArithmeticOp = "$mul" // multiplies
)

// Arithmetic changes a number relative to its current value, for example {"$inc": 1}.
type Arithmetic struct {
	Op      ArithmeticOp
	operand decimal.Decimal
	text    string // the operand as it was given
}

// maxOperand is the largest length and exponent of an operand. Doubles and 64-bit integers need far less.
const maxOperand = 400

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
	text, isNumber := operand.Num()
	n, ok := decimal.Parse(text, maxOperand)
	if !isNumber || !ok {
		return nil, &Violation{Code: CodeType, Field: f.Name,
			Message: string(a.Op) + " of " + f.Name + " takes a number of at most " + strconv.Itoa(maxOperand) + " characters, not " + describe(operand)}
	}
	a.operand, a.text = n, text
	return &a, nil
}

// Compute returns the new value of a cell. It is exact: nothing is rounded and nothing wraps around. A result
// that the field cannot hold is a violation, and so is a computation with null.
func (f Field) Compute(old Cell, a Arithmetic) (Cell, *Violation) {
	if old.Kind == CellNull {
		return Cell{}, &Violation{Code: CodeRequired, Field: f.Name,
			Message: f.Name + " is null, with which " + string(a.Op) + " cannot compute: set it first, or give it a default"}
	}
	n := f.exact(old)
	if a.Op == Mul {
		n = n.Mul(a.operand)
	} else {
		n = n.Add(a.operand)
	}
	cell, ok := f.cell(n)
	if !ok {
		return Cell{}, f.overflow(old, a)
	}
	return cell, nil
}

// exact returns the number in a numeric cell.
func (f Field) exact(cell Cell) decimal.Decimal {
	if cell.Kind == CellFloat {
		return decimal.FromFloat(cell.Float)
	}
	return decimal.FromScaled(cell.Int, f.Scale)
}

// cell returns the cell of a number. ok is false if the field cannot hold the number exactly.
func (f Field) cell(n decimal.Decimal) (cell Cell, ok bool) {
	if f.Storage() == CellFloat {
		x, exact := n.Float64()
		return Cell{Kind: CellFloat, Float: x}, exact
	}
	scaled, ok := n.Scaled(f.Scale)
	return Cell{Kind: CellInt, Int: scaled}, ok && (f.Precision == 0 || f.fits(scaled))
}

// overflow returns the violation for a result that the field cannot hold.
func (f Field) overflow(old Cell, a Arithmetic) *Violation {
	sign := " + "
	if a.Op == Mul {
		sign = " × "
	}
	return &Violation{Code: CodeRange, Field: f.Name, Message: f.Name + " would become " + f.Render(old).Text() + sign +
		clip(a.text) + "; it must be " + f.span()}
}
