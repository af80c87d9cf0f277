package value_test

import (
	"testing"

	"hookline.dev/hookline/internal/value"
)

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

func TestOnlyNumbersCanBeScaled(t *testing.T) {
	if n, ok := value.Trusted("1.5").Scaled(2); n != 150 || !ok {
		t.Errorf("1.5 scaled by 2 is %d %v", n, ok)
	}
	if n, ok := value.String("1").Scaled(0); ok {
		t.Errorf("a string scaled is %d", n)
	}
}
