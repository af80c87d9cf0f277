package decimal_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/decimal"
)

// numbers generates JSON numbers of all forms.
func numbers() *rapid.Generator[string] {
	return rapid.StringMatching(`-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?`)
}

func rational(t interface{ Fatalf(string, ...any) }, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is not a rational number", text)
	}
	return r
}

func TestCompareIsExact(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"1", "1.000", 0}, {"1e3", "1000", 0}, {"0.001e6", "1E+3", 0}, {"-0", "0.0e9", 0},
		{"9007199254740993", "9007199254740992", 1}, {"-2", "1", -1}, {"-2", "-3", 1},
		{"0.1", "0.10000000000000000001", -1}, {"10", "9", 1}, {"0.09", "0.1", -1},
		{"1e999999999", "1e999999998", 1}, {"-1e999999999", "1", -1}, {"1e-999999999", "0", 1},
		{"1e" + strings.Repeat("9", 100), "1e5", 1}, {"1e-" + strings.Repeat("9", 100), "1e-5", -1},
		{"18446744073709551616", "18446744073709551615", 1}, {"1e0000000000000000000000001", "10", 0},
	} {
		if got := decimal.Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := decimal.Compare(c.b, c.a); got != -c.want {
			t.Errorf("Compare(%s, %s) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestScaledIsExactOrNothing(t *testing.T) {
	for _, c := range []struct {
		text   string
		places int
		want   int64
		ok     bool
	}{
		{"1.5", 2, 150, true},
		{"1.50", 1, 15, true},
		{"1.55", 1, 0, false},
		{"-0.01", 2, -1, true},
		{"0.00", 0, 0, true},
		{"1e3", 2, 100000, true},
		{"12e-1", 1, 12, true},
		{"92233720368547758.07", 2, 9223372036854775807, true},
		{"-92233720368547758.08", 2, -9223372036854775808, true},
		{"92233720368547758.08", 2, 0, false},
		{"1e999999999999999999", 18, 0, false},
		{"1e-999999999999999999", 18, 0, false},
	} {
		if n, ok := decimal.Scaled(c.text, c.places); ok != c.ok || ok && n != c.want {
			t.Errorf("%s scaled by %d is %d %v", c.text, c.places, n, ok)
		}
	}
}

func TestWholeNumbersAreToldFromFractions(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-0.0": true, "1.0": true, "1e400": true, "1.5e1": true, "100e-2": true, "0e-999999999999999999999": true,
		"15e-1": false, "0.5": false, "1e-1": false, "1e-99999999999999999999": false,
	} {
		if decimal.IsWhole(text) != want {
			t.Errorf("IsWhole(%s) is not %v", text, want)
		}
	}
}

// TestTextsAgreeWithRationals compares the functions on texts with math/big.
func TestTextsAgreeWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := numbers().Draw(t, "a"), numbers().Draw(t, "b")
		x, y := rational(t, a), rational(t, b)
		if got := decimal.Compare(a, b); got != x.Cmp(y) {
			t.Fatalf("Compare(%s, %s) = %d, want %d", a, b, got, x.Cmp(y))
		}
		if same := decimal.Canonical(a) == decimal.Canonical(b); same != (x.Cmp(y) == 0) {
			t.Fatalf("the canonical texts of %s and %s are %s and %s", a, b, decimal.Canonical(a), decimal.Canonical(b))
		}
		if plain, _ := decimal.Parse(a, limit); decimal.Canonical(plain.String()) != decimal.Canonical(a) {
			t.Fatalf("%s and %s have different canonical texts", a, plain)
		}
		if decimal.IsWhole(a) != x.IsInt() {
			t.Fatalf("IsWhole(%s) is not %v", a, x.IsInt())
		}
		places := rapid.IntRange(0, 18).Draw(t, "places")
		scaled := new(big.Rat).Mul(x, new(big.Rat).SetInt64(decimal.Pow10(places)))
		n, ok := decimal.Scaled(a, places)
		if fits := scaled.IsInt() && scaled.Num().IsInt64(); ok != fits || ok && n != scaled.Num().Int64() {
			t.Fatalf("Scaled(%s, %d) = %d, %v; want %v %v", a, places, n, ok, scaled, fits)
		}
		nearest, _ := x.Float64()
		if f, _ := decimal.Float(a); f != nearest {
			t.Fatalf("Float(%s) = %v, want %v", a, f, nearest)
		}
	})
}
