package expr

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestShortDecimalsAgreeWithRationals(t *testing.T) {
	operand := rapid.Custom(func(t *rapid.T) number {
		if rapid.Bool().Draw(t, "whole") {
			return number{whole: rapid.Int64().Draw(t, "n"), isWhole: true}
		}
		digits := float64(rapid.Int64Range(-1e9, 1e9).Draw(t, "digits"))
		powers := []float64{1, 10, 100, 1e3, 1e6, 1e-3, 1e10}
		return number{float: digits / rapid.SampledFrom(powers).Draw(t, "power"), isFloat: true}
	})
	rapid.Check(t, func(t *rapid.T) {
		x, y := operand.Draw(t, "x"), operand.Draw(t, "y")
		for _, op := range []string{"+", "-", "*"} {
			short, ok := shortDecimals(op, x, y)
			if !ok {
				continue
			}
			p, q, exact := ratio(x), ratio(y), new(big.Rat)
			switch op {
			case "+":
				exact.Add(p, q)
			case "-":
				exact.Sub(p, q)
			case "*":
				exact.Mul(p, q)
			}
			if got := ratio(number{float: short.(float64), isFloat: true}); got.Cmp(exact) != 0 {
				t.Fatalf("%s %s %s = %v, want %v", x, op, y, short, exact)
			}
		}
	})
}
