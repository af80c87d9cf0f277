package expr

import (
	"math"
	"math/bits"
	"strconv"
)

// decimal is digits × 10^exp.
type decimal struct {
	digits int64
	exp    int
}

// shortDigits bounds the digits of a decimal that float64 certainly holds: any
// decimal of at most 15 digits survives the way into float64 and back.
const shortDigits = 1_000_000_000_000_000

// shortDecimals does + - * on decimals of which both operands and the result
// are short. That is nearly every calculation with fractions, and it spares the
// big rationals, which cost fifty times as much.
func shortDecimals(op string, x, y number) (any, bool) {
	a, ok := shortDecimal(x)
	if !ok {
		return nil, false
	}
	b, ok := shortDecimal(y)
	if !ok {
		return nil, false
	}
	var sum decimal
	switch op {
	case "*":
		high, low := bits.Mul64(magnitude(a.digits), magnitude(b.digits))
		if high != 0 || low >= shortDigits {
			return nil, false
		}
		sum = decimal{a.digits * b.digits, a.exp + b.exp}
	case "+", "-":
		if op == "-" {
			b.digits = -b.digits
		}
		if !align(&a, &b) {
			return nil, false
		}
		sum = decimal{a.digits + b.digits, a.exp}
	default:
		return nil, false
	}
	return sum.float()
}

// align gives both the smaller exponent.
func align(a, b *decimal) bool {
	if a.exp < b.exp {
		a, b = b, a
	}
	for a.exp > b.exp {
		if magnitude(a.digits) >= shortDigits/10 {
			return false
		}
		a.digits *= 10
		a.exp--
	}
	return true
}

// float converts a decimal of at most 15 digits. With an exponent that float64
// holds exactly one rounding is made, so the result is the nearest float64.
func (d decimal) float() (any, bool) {
	const exactPowers = 22
	if magnitude(d.digits) >= shortDigits || d.exp < -exactPowers || d.exp > exactPowers {
		return nil, false
	}
	power := math.Pow10(max(d.exp, -d.exp))
	if d.exp < 0 {
		return float64(d.digits) / power, true
	}
	f := float64(d.digits) * power
	return f, f < shortDigits
}

func shortDecimal(n number) (decimal, bool) {
	if n.isWhole {
		return decimal{digits: n.whole}, magnitude(n.whole) < shortDigits
	}
	if !n.isFloat {
		return decimal{}, false
	}
	if whole := int64(n.float); float64(whole) == n.float && magnitude(whole) < shortDigits {
		return decimal{digits: whole}, true
	}
	var buf [32]byte
	return readDecimal(strconv.AppendFloat(buf[:0], n.float, 'e', -1, 64))
}

// readDecimal reads what strconv writes: -1.25e-07.
func readDecimal(text []byte) (decimal, bool) {
	var d decimal
	negative, point := false, 0
	i := 0
	for ; i < len(text) && text[i] != 'e'; i++ {
		switch c := text[i]; c {
		case '-':
			negative = true
		case '.':
			point = i + 1
		default:
			if d.digits = d.digits*10 + int64(c-'0'); d.digits >= shortDigits {
				return decimal{}, false
			}
		}
	}
	exp, err := strconv.Atoi(string(text[min(i+1, len(text)):]))
	if err != nil {
		return decimal{}, false
	}
	if point > 0 {
		exp -= i - point
	}
	if negative {
		d.digits = -d.digits
	}
	return decimal{d.digits, exp}, true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
