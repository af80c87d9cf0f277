package collection

import (
	"math/big"

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
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(averagePlaces)), nil)
	over := new(big.Int).Mul(big.NewInt(n), big.NewInt(power(f.Scale)))
	size := new(big.Int).Mul(new(big.Int).Abs(total), scale)
	quotient, rest := new(big.Int).QuoRem(size, over, new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(over) {
	case 1:
		quotient.Add(quotient, big.NewInt(1))
	case 0:
		quotient.Add(quotient, big.NewInt(int64(quotient.Bit(0))))
	}
	if total.Sign() < 0 {
		quotient.Neg(quotient)
	}
	return value.TrustedBytes(trimmed(new(big.Rat).SetFrac(quotient, scale).FloatString(averagePlaces)))
}

// Total is the sum of an integer or exact number field as an Aggregate gives it, however large.
func (f Field) Total(total *big.Int) value.Value {
	return value.Trusted(new(big.Rat).SetFrac(total, big.NewInt(power(f.Scale))).FloatString(f.Scale))
}

// trimmed is a decimal without the zeros at its end.
func trimmed(text string) []byte {
	end := len(text)
	for end > 0 && text[end-1] == '0' {
		end--
	}
	if end > 0 && text[end-1] == '.' {
		end--
	}
	return []byte(text[:end])
}
