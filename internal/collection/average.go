package collection

import (
	"math/big"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// averagePlaces is how many places behind the point an average has at most.
const averagePlaces = 12

// Average is the avg of n values of the field whose sum is total, as an Aggregate gives it: exact
// where that takes at most averagePlaces places behind the point, else rounded half to even
// there; null for no values. It is for integers and exact numbers: total counts in the field's scale.
func (f Field) Average(total *big.Int, n int64) value.Value {
	if n == 0 {
		return value.Null()
	}
	return value.Trusted(decimal.FromBig(total, f.Scale).Quo(n, averagePlaces).String())
}

// Total is the sum of an integer or exact number field as an Aggregate gives it, however large.
func (f Field) Total(total *big.Int) value.Value {
	return value.Trusted(decimal.FromBig(total, f.Scale).Text(f.Scale))
}
