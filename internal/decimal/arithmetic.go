package decimal

import (
	"math/big"
	"math/bits"
)

// Add returns d + e.
func (d Decimal) Add(e Decimal) Decimal {
	if d.exp < e.exp {
		d, e = e, d
	}
	// d has the larger exponent: rewrite it with the smaller one.
	by := d.exp - e.exp
	if d.large == nil && e.large == nil {
		if x, ok := shiftLeft(d.small, by); ok {
			if sum := x + e.small; (sum > x) == (e.small > 0) {
				return Decimal{small: sum, exp: e.exp}
			}
		}
	}
	sum := new(big.Int).Mul(d.big(), bigPow10(by))
	return fromBig(sum.Add(sum, e.big()), e.exp)
}

// Sub returns d - e.
func (d Decimal) Sub(e Decimal) Decimal { return d.Add(e.Neg()) }

// Neg returns -d.
func (d Decimal) Neg() Decimal {
	if d.large == nil && d.small != -d.small { // not 0, and not the smallest int64, which cannot be negated
		return Decimal{small: -d.small, exp: d.exp}
	}
	return fromBig(new(big.Int).Neg(d.big()), d.exp)
}

// Mul returns d × e.
func (d Decimal) Mul(e Decimal) Decimal {
	exp := d.exp + e.exp
	if d.large == nil && e.large == nil {
		if product, ok := multiply(d.small, e.small); ok {
			return Decimal{small: product, exp: exp}
		}
	}
	return fromBig(new(big.Int).Mul(d.big(), e.big()), exp)
}

// Quo returns d ÷ n, rounded half to even to a number of decimal places. n must be positive.
func (d Decimal) Quo(n int64, places int) Decimal {
	over, size := big.NewInt(n), new(big.Int).Abs(d.big())
	if shift := d.exp + places; shift >= 0 {
		size.Mul(size, bigPow10(shift))
	} else {
		over.Mul(over, bigPow10(-shift))
	}
	q, rest := new(big.Int).QuoRem(size, over, new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(over) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		q.Add(q, big.NewInt(int64(q.Bit(0))))
	}
	if d.Sign() < 0 {
		q.Neg(q)
	}
	return fromBig(q, -places)
}

// Rat returns the number as a fraction, for divisions whose decimal result is not finite.
func (d Decimal) Rat() *big.Rat {
	if d.exp < 0 {
		return new(big.Rat).SetFrac(d.big(), bigPow10(-d.exp))
	}
	return new(big.Rat).SetInt(new(big.Int).Mul(d.big(), bigPow10(d.exp)))
}

// Scaled returns d × 10^places if that is a whole number that fits in int64.
func (d Decimal) Scaled(places int) (n int64, ok bool) {
	shift := d.exp + places
	if d.large == nil && shift >= 0 {
		return shiftLeft(d.small, shift)
	}
	if d.large == nil && shift >= -maxPow10 {
		unit := Pow10(-shift)
		return d.small / unit, d.small%unit == 0
	}
	q := d.big()
	if shift >= 0 {
		q = new(big.Int).Mul(q, bigPow10(shift))
	} else {
		rest := new(big.Int)
		if q, rest = new(big.Int).QuoRem(q, bigPow10(-shift), rest); rest.Sign() != 0 {
			return 0, false
		}
	}
	return q.Int64(), q.IsInt64()
}

// shiftLeft returns n × 10^by if that fits in int64.
func shiftLeft(n int64, by int) (int64, bool) {
	switch {
	case n == 0:
		return 0, true
	case by > maxPow10:
		return 0, false
	default:
		return multiply(n, Pow10(by))
	}
}

// multiply returns x × y if that fits in int64.
func multiply(x, y int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(x), magnitude(y))
	if negative := (x < 0) != (y < 0); negative {
		return -int64(low), high == 0 && low <= 1<<63
	}
	return int64(low), high == 0 && low < 1<<63
}

// maxPow10 is the exponent of the largest power of ten that fits in int64.
const maxPow10 = 18

// Pow10 returns 10^n, for n from 0 to 18.
func Pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func bigPow10(n int) *big.Int {
	if n <= maxPow10 {
		return big.NewInt(Pow10(n))
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}
