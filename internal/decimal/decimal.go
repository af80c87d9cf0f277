package decimal

import (
	"math/big"
	"strconv"
)

// Decimal is the exact number coefficient × 10^exponent. The zero value is 0. A Decimal is immutable, so it is safe
// to copy and to share between goroutines.
type Decimal struct {
	small int64    // the coefficient, unless large is set
	large *big.Int // a coefficient outside int64; never modified
	exp   int
}

// Int returns the whole number n.
func Int(n int64) Decimal { return Decimal{small: n} }

// FromScaled returns n × 10^-places: 150 with two places is 1.5.
func FromScaled(n int64, places int) Decimal { return Decimal{small: n, exp: -places} }

// FromBig returns n × 10^-places. It keeps n: the caller must not change n afterwards.
func FromBig(n *big.Int, places int) Decimal { return fromBig(n, -places) }

// FromFloat returns the shortest decimal that reads back as f, so 0.1 gives 1 × 10^-1. Infinities and NaN give 0.
func FromFloat(f float64) Decimal {
	if whole := int64(f); float64(whole) == f && magnitude(whole) < shortCoefficient {
		return Int(whole)
	}
	var buf [32]byte
	d, _ := parse(strconv.AppendFloat(buf[:0], f, 'e', -1, 64), len(buf), maxFloatExponent)
	return d
}

// maxFloatExponent bounds the exponents that strconv writes for a float64.
const maxFloatExponent = 400

// Parse reads a JSON number (RFC 8259 section 6) of at most limit bytes, with an exponent from -limit to limit. ok
// is false for everything else.
func Parse(text string, limit int) (d Decimal, ok bool) { return parse(text, limit, limit) }

func parse[T string | []byte](text T, maxLen, maxExp int) (Decimal, bool) {
	if len(text) > maxLen {
		return Decimal{}, false
	}
	i, negative := 0, false
	if len(text) > 0 && text[0] == '-' {
		i, negative = 1, true
	}
	from := i
	if i = skipDigits(text, i); i == from || text[from] == '0' && i > from+1 {
		return Decimal{}, false
	}
	whole, fraction := text[from:i], text[:0]
	if i < len(text) && text[i] == '.' {
		from = i + 1
		if i = skipDigits(text, from); i == from {
			return Decimal{}, false
		}
		fraction = text[from:i]
	}
	exp, ok := exponent(text[i:], maxExp)
	if !ok {
		return Decimal{}, false
	}
	exp -= len(fraction)
	if small, fits := coefficient(whole, fraction); fits {
		if negative {
			small = -small
		}
		return Decimal{small: small, exp: exp}, true
	}
	digits := append(append(make([]byte, 0, len(text)), whole...), fraction...)
	large, _ := new(big.Int).SetString(string(digits), 10)
	if negative {
		large.Neg(large)
	}
	return fromBig(large, exp), true
}

// exponent parses the rest after the digits of a number: nothing, or e and a whole number.
func exponent[T string | []byte](text T, most int) (int, bool) {
	if len(text) == 0 {
		return 0, true
	}
	if text[0]|0x20 != 'e' {
		return 0, false
	}
	i, negative := 1, false
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		negative = text[i] == '-'
		i++
	}
	if i == len(text) || skipDigits(text, i) != len(text) {
		return 0, false
	}
	n := 0
	for ; i < len(text); i++ {
		if n = n*10 + int(text[i]-'0'); n > most {
			return 0, false
		}
	}
	if negative {
		n = -n
	}
	return n, true
}

// coefficient parses digits that fit in int64 without an overflow check: at most 18, not counting leading zeros.
func coefficient[T string | []byte](whole, fraction T) (n int64, fits bool) {
	const most = 18
	digits := 0
	for _, part := range [...]T{whole, fraction} {
		for i := range len(part) {
			if n != 0 || part[i] != '0' {
				digits++
			}
			if digits > most {
				return 0, false
			}
			n = n*10 + int64(part[i]-'0')
		}
	}
	return n, true
}

func fromBig(n *big.Int, exp int) Decimal {
	if n.IsInt64() {
		return Decimal{small: n.Int64(), exp: exp}
	}
	return Decimal{large: n, exp: exp}
}

// big returns the coefficient. The caller must not change it.
func (d Decimal) big() *big.Int {
	if d.large != nil {
		return d.large
	}
	return big.NewInt(d.small)
}

// Sign returns -1, 0 or +1.
func (d Decimal) Sign() int {
	switch {
	case d.large != nil:
		return d.large.Sign()
	case d.small < 0:
		return -1
	case d.small > 0:
		return 1
	default:
		return 0
	}
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
