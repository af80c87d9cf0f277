package schema

import (
	"math/big"

	"hookline.dev/hookline/internal/decimal"
)

// bound is a number in a schema.
type bound struct {
	text string // exact, without an exponent
	rat  *big.Rat
}

// boundOf writes a number in full. Its decimal form is finite, because it was parsed from one with at most
// maxDigits digits.
func boundOf(r *big.Rat) *bound {
	if r == nil {
		return nil
	}
	digits, _ := r.FloatPrec()
	return &bound{r.FloatString(digits), r}
}

// compare returns -1, 0 or 1 if number is less than, equal to, or greater than the bound.
func (b *bound) compare(number string) int { return decimal.Compare(number, b.text) }

// divides reports whether a number is a multiple of the bound. known is false for numbers that are too long to be
// divided.
func (b *bound) divides(number string) (yes, known bool) {
	d, ok := decimal.Parse(number, maxDigits)
	if !ok {
		return false, false
	}
	r := d.Rat()
	return r.Quo(r, b.rat).IsInt(), true
}
