package collection

import (
	"math/big"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// averagePlaces is the largest number of decimal places of an average.
const averagePlaces = 12

// Average returns the average of n values whose sum is total, for integers and exact numbers. total is in units
// of the field's scale. The result is exact if averagePlaces decimal places are enough; otherwise it is rounded
// half to even. It is null for no values.
func (f Field) Average(total *big.Int, n int64) value.Value {
	if n == 0 {
		return value.Null()
	}
	return value.Trusted(decimal.FromBig(total, f.Scale).Quo(n, averagePlaces).String())
}

// Total returns the sum of an integer or exact number field, however large. total is in units of the field's
// scale.
func (f Field) Total(total *big.Int) value.Value {
	return value.Trusted(decimal.FromBig(total, f.Scale).Text(f.Scale))
}
