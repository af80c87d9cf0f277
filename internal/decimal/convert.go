package decimal

import (
	"math"
	"math/big"
	"strconv"
)

// shortCoefficient bounds the coefficients that float64 certainly preserves: every decimal of at most 15 digits
// survives a round trip through float64.
const shortCoefficient = 1_000_000_000_000_000

// exactPower is the exponent of the largest power of ten that float64 holds exactly.
const exactPower = 22

// IsShort reports whether d has at most 15 digits and a small exponent. Converting such a number to float64 rounds
// once, and the result reads back as d.
func (d Decimal) IsShort() bool {
	return d.large == nil && magnitude(d.small) < shortCoefficient && -exactPower <= d.exp && d.exp <= exactPower
}

// Float64 returns the float64 nearest to d, or an infinity if d is out of range. exact reports whether the shortest
// decimal that reads back as f equals d.
func (d Decimal) Float64() (f float64, exact bool) {
	if d.IsShort() {
		if d.exp < 0 {
			return float64(d.small) / math.Pow10(-d.exp), true
		}
		return float64(d.small) * math.Pow10(d.exp), true
	}
	text := strconv.AppendInt(append(d.appendCoefficient(nil), 'e'), int64(d.exp), 10)
	return Float(string(text))
}

// NearestFloat returns the float64 nearest to a fraction, or an infinity if it is out of range. exact reports
// whether the shortest decimal that reads back as f equals q.
func NearestFloat(q *big.Rat) (f float64, exact bool) {
	f, _ = q.Float64()
	return f, !math.IsInf(f, 0) && FromFloat(f).Rat().Cmp(q) == 0
}

// String returns d in plain digits, without an exponent and without trailing zeros in the fraction.
func (d Decimal) String() string {
	text := d.Text(0)
	if d.exp >= 0 {
		return text
	}
	end := len(text)
	for text[end-1] == '0' {
		end--
	}
	if text[end-1] == '.' {
		end--
	}
	return text[:end]
}

// Text returns d in plain digits, without an exponent and with at least the given number of decimal places: 1.5
// with two places is 1.50. It never drops a digit of d.
func (d Decimal) Text(places int) string {
	digits := d.appendCoefficient(nil)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	have := max(-d.exp, 0)
	if d.Sign() != 0 {
		digits = appendZeros(digits, d.exp)
	}
	if missing := have + 1 - len(digits); missing > 0 {
		digits = append(appendZeros(nil, missing), digits...)
	}
	whole, fraction := digits[:len(digits)-have], digits[len(digits)-have:]
	out := append([]byte(sign), whole...)
	if max(have, places) > 0 {
		out = append(append(out, '.'), fraction...)
	}
	return string(appendZeros(out, places-have))
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

func (d Decimal) appendCoefficient(dst []byte) []byte {
	if d.large != nil {
		return d.large.Append(dst, 10)
	}
	return strconv.AppendInt(dst, d.small, 10)
}

// AppendScaled appends n × 10^-places with all of its decimal places: 150 with two places is 1.50. It gives the
// same text as FromScaled(n, places).Text(places) at a lower cost, for places from 0 to 18.
func AppendScaled(dst []byte, n int64, places int) []byte {
	if places == 0 {
		return strconv.AppendInt(dst, n, 10)
	}
	if n < 0 {
		dst = append(dst, '-')
	}
	size, unit := magnitude(n), uint64(Pow10(places))
	dst = append(strconv.AppendUint(dst, size/unit, 10), '.')
	for unit /= 10; unit > 0; unit /= 10 {
		dst = append(dst, '0'+byte(size/unit%10))
	}
	return dst
}
