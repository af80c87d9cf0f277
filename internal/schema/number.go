package schema

import (
	"math/big"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// bound is a number of a schema.
type bound struct {
	text string // exact, without exponent
	rat  *big.Rat
}

// boundOf writes a number out. Each has a finite text: it was read from one, of at most maxDigits.
func boundOf(r *big.Rat) *bound {
	if r == nil {
		return nil
	}
	digits, _ := r.FloatPrec()
	return &bound{r.FloatString(digits), r}
}

// compare is -1, 0 or 1 as the number of a value is less than the bound, equal, or more.
func (b *bound) compare(number string) int { return value.CompareNumbers(number, b.text) }

// divides reports whether a number is a multiple of the bound; known is false for numbers that are too
// long to be divided.
func (b *bound) divides(number string) (yes, known bool) {
	r, ok := rational(number)
	if !ok {
		return false, false
	}
	return r.Quo(r, b.rat).IsInt(), true
}

// rational reads a number whose digits and exponent are bounded, so that it costs little.
func rational(number string) (*big.Rat, bool) {
	if len(number) > maxDigits {
		return nil, false
	}
	if at := strings.IndexAny(number, "eE"); at >= 0 {
		if exp, err := strconv.Atoi(number[at+1:]); err != nil || exp > maxDigits || exp < -maxDigits {
			return nil, false
		}
	}
	return new(big.Rat).SetString(number)
}

// whole reports whether a number has no fraction, however it is written: 1.0 and 1e400 are whole, 15e-1 is
// not (draft 2020-12, validation, section 6.1.1).
func whole(number string) bool {
	mantissa, exponent, hasExponent := cutExponent(number)
	if !hasExponent && strings.IndexByte(mantissa, '.') < 0 {
		return true
	}
	before, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := before + fraction
	trimmed := strings.TrimRight(digits, "0")
	if strings.Trim(trimmed, "0") == "" {
		return true // zero
	}
	// The value is trimmed × 10^-scale, and trimmed ends in a digit that counts.
	scale := len(fraction) - (len(digits) - len(trimmed))
	return exponent >= int64(scale)
}

// cutExponent takes the exponent off. One beyond exponentCap counts as that, as in value.CompareNumbers.
func cutExponent(number string) (mantissa string, exponent int64, found bool) {
	at := strings.IndexAny(number, "eE")
	if at < 0 {
		return number, 0, false
	}
	n, _ := strconv.ParseInt(number[at+1:], 10, 64) // out of range: the nearest
	return number[:at], min(max(n, -exponentCap), exponentCap), true
}
