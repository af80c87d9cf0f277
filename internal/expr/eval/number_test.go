package eval

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/decimal"
)

// A result is exact, or it is the nearest float64. The second is allowed only if no operand is a whole number that
// float64 cannot hold.
func TestCalculationsAgreeWithRationals(t *testing.T) {
	operands := rapid.Custom(func(t *rapid.T) any {
		if rapid.Bool().Draw(t, "whole") {
			return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000, 1000)).Draw(t, "n")
		}
		digits := float64(rapid.Int64Range(-1e9, 1e9).Draw(t, "digits"))
		powers := []float64{1, 10, 100, 1e3, 1e6, 1e-3, 1e10, 1e-30}
		return digits / rapid.SampledFrom(powers).Draw(t, "power")
	})
	rational := func(x any) *big.Rat {
		n, _ := AsNumber(x)
		return n.decimal().Rat()
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := operands.Draw(t, "a"), operands.Draw(t, "b")
		for _, op := range []string{"+", "-", "*", "/"} {
			p, q, exact := rational(a), rational(b), new(big.Rat)
			switch {
			case op == "+":
				exact.Add(p, q)
			case op == "-":
				exact.Sub(p, q)
			case op == "*":
				exact.Mul(p, q)
			case q.Sign() == 0:
				continue
			default:
				exact.Quo(p, q)
			}
			r := NewRun(nil, nil, 0, Limits{}.WithDefaults())
			got, err := r.Calculate(op, a, b)
			if err != nil {
				if f, isExact := decimal.NearestFloat(exact); isExact && f < 1<<53 && f > -1<<53 {
					t.Fatalf("%v %s %v: %v, though it is %v", a, op, b, err, f)
				}
				continue
			}
			if f, isExact := decimal.NearestFloat(exact); rational(got).Cmp(exact) != 0 && (isExact || got != f) {
				t.Fatalf("%v %s %v = %v, want %s", a, op, b, got, exact.FloatString(30))
			}
		}
	})
}
