package decimal_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/decimal"
)

const limit = 400

// decimals generates numbers near the limits of int64 and of 15 digits, and arbitrary ones.
func decimals() *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			edges := []int64{0, 1, -1, 999_999_999_999_999, 1_000_000_000_000_000, math.MaxInt64, math.MinInt64, math.MinInt64 + 1}
			return decimal.FromScaled(rapid.SampledFrom(edges).Draw(t, "edge"), rapid.IntRange(-25, 25).Draw(t, "places"))
		case 1:
			return decimal.FromScaled(rapid.Int64().Draw(t, "n"), rapid.IntRange(0, 18).Draw(t, "places"))
		case 2:
			return decimal.FromFloat(rapid.Float64().Draw(t, "float"))
		default:
			d, ok := decimal.Parse(numbers().Draw(t, "text"), limit)
			if !ok {
				t.Fatal("a short number was refused")
			}
			return d
		}
	})
}

func TestArithmeticAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := decimals().Draw(t, "x"), decimals().Draw(t, "y")
		p, q := x.Rat(), y.Rat()
		for name, c := range map[string]struct {
			got  decimal.Decimal
			want *big.Rat
		}{
			"+": {x.Add(y), new(big.Rat).Add(p, q)},
			"-": {x.Sub(y), new(big.Rat).Sub(p, q)},
			"*": {x.Mul(y), new(big.Rat).Mul(p, q)},
		} {
			if c.got.Rat().Cmp(c.want) != 0 || c.got.Sign() != c.want.Sign() {
				t.Fatalf("%s %s %s is %s, want %s", x, name, y, c.got, c.want)
			}
			checkConversions(t, c.got, c.want)
		}
	})
}

// checkConversions compares all conversions of a Decimal with the rational number of the same value.
func checkConversions(t *rapid.T, d decimal.Decimal, want *big.Rat) {
	for _, text := range []string{d.String(), d.Text(3)} {
		if rational(t, text).Cmp(want) != 0 || strings.ContainsRune(text, 'e') {
			t.Fatalf("%s is written as %s", want, text)
		}
	}
	if text := d.String(); strings.Contains(text, ".") && strings.TrimRight(text, "0.") != text {
		t.Fatalf("%s ends in zeros", text)
	}
	places := rapid.IntRange(0, 20).Draw(t, "places")
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	scaled := new(big.Rat).Mul(want, unit)
	n, ok := d.Scaled(places)
	if fits := scaled.IsInt() && scaled.Num().IsInt64(); ok != fits || ok && n != scaled.Num().Int64() {
		t.Fatalf("%s with %d places is %d, %v", want, places, n, ok)
	}
	f, exact := d.Float64()
	nearest, nearestExact := decimal.NearestFloat(want)
	if f != nearest || exact != nearestExact {
		t.Fatalf("%s is the float %v, %v; want %v, %v", want, f, exact, nearest, nearestExact)
	}
	if d.IsShort() && !exact {
		t.Fatalf("%s is short, but no float64 stands for it", want)
	}
}

func TestADecimalSurvivesItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimals().Draw(t, "d")
		text := d.String()
		back, ok := decimal.Parse(text, 2*limit)
		if !ok || back.Sub(d).Sign() != 0 {
			t.Fatalf("%s reads back as %s, %v", text, back, ok)
		}
	})
}

func TestAFloatIsItsShortestText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return
		}
		text := string(decimal.AppendFloat(nil, f))
		if got, want := decimal.FromFloat(f).Rat(), rational(t, text); got.Cmp(want) != 0 {
			t.Fatalf("%v is %s", f, got)
		}
		if back, exact := decimal.Float(text); back != f || !exact {
			t.Fatalf("%s reads back as %v, %v", text, back, exact)
		}
		standard, _ := json.Marshal(f)
		if strings.ReplaceAll(text, "e-0", "e-") != string(standard) {
			t.Fatalf("%v is written as %s, encoding/json writes %s", f, text, standard)
		}
	})
}

func TestQuotientsAreRoundedHalfToEven(t *testing.T) {
	for _, row := range []struct {
		text   string
		by     int64
		places int
		want   string
	}{
		{"1", 2, 12, "0.5"},
		{"-1", 3, 12, "-0.333333333333"},
		{"2", 3, 12, "0.666666666667"},
		{"1", 2, 0, "0"},
		{"3", 2, 0, "2"},
		{"-3", 2, 0, "-2"},
		{"-5", 2, 0, "-2"},
		{"1e30", 3, 1, "333333333333333333333333333333.3"},
		{"1.005", 1, 2, "1"},
		{"1.015", 1, 2, "1.02"},
		{"0", 7, 3, "0"},
	} {
		d, _ := decimal.Parse(row.text, limit)
		if got := d.Quo(row.by, row.places).String(); got != row.want {
			t.Errorf("%s / %d is %s, want %s", row.text, row.by, got, row.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d, by := decimals().Draw(t, "d"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "by")
		places := rapid.IntRange(0, 15).Draw(t, "places")
		exact := new(big.Rat).Quo(d.Rat(), new(big.Rat).SetInt64(by))
		off := new(big.Rat).Sub(d.Quo(by, places).Rat(), exact)
		if half := big.NewRat(1, 2*decimal.Pow10(places)); off.Abs(off).Cmp(half) > 0 {
			t.Fatalf("%s / %d is %s", d, by, d.Quo(by, places))
		}
	})
}

func TestTextsHaveTheirPlaces(t *testing.T) {
	for _, row := range []struct {
		n      int64
		places int
		want   string
	}{
		{150, 2, "1.50"}, {-5, 2, "-0.05"}, {0, 2, "0.00"}, {7, 0, "7"}, {-100, 2, "-1.00"},
		{math.MinInt64, 18, "-9.223372036854775808"}, {math.MinInt64, 0, "-9223372036854775808"},
	} {
		if got := decimal.FromScaled(row.n, row.places).Text(row.places); got != row.want {
			t.Errorf("%d with %d places is %s, want %s", row.n, row.places, got, row.want)
		}
		if got := string(decimal.AppendScaled(nil, row.n, row.places)); got != row.want {
			t.Errorf("AppendScaled(%d, %d) writes %s, want %s", row.n, row.places, got, row.want)
		}
	}
	total, _ := new(big.Int).SetString("18446744073709551614", 10)
	if got := decimal.FromBig(total, 2).Text(2); got != "184467440737095516.14" {
		t.Errorf("a large number is written as %s", got)
	}
}

func TestParseRefusesWhatIsNoNumberOrTooLong(t *testing.T) {
	for _, text := range []string{
		"", "-", "+1", "01", "-01", "1.", ".5", "0x1", "1e", "1e+", "NaN", " 1", "1 ", "1_0", "1e1.5", "1.5.5", "--1",
		"1e401", "1e-401", "1e99999999999999999999", strings.Repeat("1", limit+1),
	} {
		if d, ok := decimal.Parse(text, limit); ok {
			t.Errorf("Parse(%.20q) = %s", text, d)
		}
	}
	for _, text := range []string{"1e400", "1E-400", strings.Repeat("1", limit), "-0", "0e5"} {
		if _, ok := decimal.Parse(text, limit); !ok {
			t.Errorf("Parse(%.20q) refuses a number", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"0", "-0", "1.50", "1e-400", "123456789012345678901234567890.5", "9223372036854775808", "01", "1e", "-.5"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := decimal.Parse(text, limit)
		isNumber := json.Valid([]byte(text)) && strings.Trim(text, "+-.0123456789eE") == ""
		if ok && !isNumber {
			t.Fatalf("%q is read as %s", text, d)
		}
		if !isNumber || len(text) > limit {
			return
		}
		if _, exponent, has := strings.Cut(strings.ToLower(text), "e"); has && len(strings.TrimLeft(exponent, "+-0")) > 3 {
			if ok {
				t.Fatalf("%q has too large an exponent", text)
			}
			return
		}
		if want := rational(t, text); ok && d.Rat().Cmp(want) != 0 {
			t.Fatalf("%q is read as %s", text, d)
		}
		if ok && decimal.Compare(text, d.String()) != 0 {
			t.Fatalf("%q is written as %s", text, d)
		}
	})
}

func TestShortNumbersDoNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		d, _ := decimal.Parse("19.99", 400)
		d = d.Add(decimal.FromFloat(0.01)).Mul(decimal.FromScaled(150, 2))
		if n, ok := d.Scaled(2); !ok || n != 3000 {
			t.Fatal(n)
		}
		if f, exact := d.Float64(); f != 30 || !exact {
			t.Fatal(f)
		}
	}); n != 0 {
		t.Errorf("a short calculation allocates %v times", n)
	}
}
