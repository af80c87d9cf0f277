package value_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

func TestCompareNumbersIsExact(t *testing.T) {
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
		if got := value.CompareNumbers(c.a, c.b); got != c.want {
			t.Errorf("CompareNumbers(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := value.CompareNumbers(c.b, c.a); got != -c.want {
			t.Errorf("CompareNumbers(%s, %s) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestCompareNumbersAgreesWithRationals(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got := value.CompareNumbers(a, b); got != x.Cmp(y) {
			t.Fatalf("CompareNumbers(%s, %s) = %d, want %d", a, b, got, x.Cmp(y))
		}
		n, ok := value.Trusted(a).Int()
		if fits := x.IsInt() && x.Num().IsInt64(); ok != fits || ok && n != x.Num().Int64() {
			t.Fatalf("Int(%s) = %d, %v; want %v %v", a, n, ok, x, fits)
		}
	})
}

func TestIntIsExactOnly(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-0.0": 0, "1.0": 1, "1e3": 1000, "12.5e1": 125, "0e999999999999999999999": 0,
		"9223372036854775807": 9223372036854775807, "-9223372036854775808": -9223372036854775808, "-9.223372036854775808e18": -9223372036854775808,
	} {
		if got, ok := mustParse(t, text).Int(); !ok || got != want {
			t.Errorf("Int(%s) = %d, %v; want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"1.5", "9223372036854775808", "-9223372036854775809", "1e-1", "1e999999999", "99999999999999999999", `"1"`, "null"} {
		if got, ok := mustParse(t, text).Int(); ok {
			t.Errorf("Int(%s) = %d, want none", text, got)
		}
	}
}

func TestFloatTellsWhetherItCanStandForTheNumber(t *testing.T) {
	for text, exact := range map[string]bool{
		"0.1": true, "19.99": true, "1e22": true, "1.10": true, "-0": true, "123456789012345.6": true,
		"9007199254740993": false, "9007199254740992": true, "0.1234567890123456789": false, "1e400": false, "1e-400": false, "1e999999999": false,
	} {
		if f, got := mustParse(t, text).Float(); got != exact {
			t.Errorf("Float(%s) = %v, exact %v", text, f, got)
		}
	}
}

func TestNumberTakesOnlyJSONNumbers(t *testing.T) {
	for _, text := range []string{"", "+1", "01", "1.", ".5", "0x1", "1e", "NaN", " 1", "1 ", "-", "1_0"} {
		if v, err := value.Number(text); err == nil {
			t.Errorf("Number(%q) = %s", text, v)
		}
	}
	if v, err := value.Number("1.50E+2"); err != nil || v.Text() != "1.50E+2" {
		t.Errorf("Number = %s, %v", v, err)
	}
}

func TestScaledIsExactOrNothing(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale int
		want  int64
		ok    bool
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
		{`"1"`, 0, 0, false},
	} {
		if n, ok := value.Trusted(c.text).Scaled(c.scale); ok != c.ok || ok && n != c.want {
			t.Errorf("%s scaled by %d is %d %v", c.text, c.scale, n, ok)
		}
	}
}
