package schema

import (
	"math/big"

	"hookline.dev/hookline/internal/decimal"
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
func (b *bound) compare(number string) int { return decimal.Compare(number, b.text) }

// divides reports whether a number is a multiple of the bound; known is false for numbers that are too
// long to be divided.
func (b *bound) divides(number string) (yes, known bool) {
	d, ok := decimal.Parse(number, maxDigits)
	if !ok {
		return false, false
	}
	r := d.Rat()
	return r.Quo(r, b.rat).IsInt(), true
}
