package decode_test

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/decode"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "500ms": 500 * time.Millisecond, "5s": 5 * time.Second, "1h30m": 90 * time.Minute,
		"2d": 48 * time.Hour, "1d12h": 36 * time.Hour, "1m500ms": time.Minute + 500*time.Millisecond,
		"1.5s": 1500 * time.Millisecond, "0.000001ms": 1, "36500d": decode.MaxDuration,
	} {
		got, err := decode.ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                        "it is empty; write for example 5s",
		"5":                       "a bare number has no unit; write 5s",
		"1h30":                    "a bare number has no unit; write 30s",
		"-5s":                     "write a number and a unit (d h m s ms), for example 5s",
		"abc":                     "write a number and a unit",
		"5 s":                     `unknown unit " s"; write 5s`,
		"5sec":                    `unknown unit "sec"; write 5s`,
		"5minutes":                `unknown unit "minutes"; write 5m`,
		"5w":                      `unknown unit "w"; units are d h m s ms`,
		"5m1h":                    "write each unit once, the largest first",
		"1s1s":                    "write each unit once, the largest first",
		"36501d":                  "it is too large",
		"9999999999999999999999d": "it is too large",
		"0.0000001ms":             "it does not come to a whole number",
		"0.0000000001s":           "at most 9 digits may follow the point",
		"1.s":                     `unknown unit ".s"`,
	} {
		if _, err := decode.ParseDuration(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v; want %s", text, err, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]decode.Size{"0KiB": 0, "512KiB": 512 << 10, "10MiB": 10 << 20, "1.5GiB": 3 << 29} {
		got, err := decode.ParseSize(text)
		if err != nil || got != want {
			t.Errorf("%s: got %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"10":            "a bare number has no unit; write 10MiB",
		"10MB":          `unknown unit "MB"; write 10MiB`,
		"10k":           `unknown unit "k"; write 10KiB`,
		"10B":           `unknown unit "B"; units are KiB MiB GiB`,
		"1MiB1KiB":      "write one number and one unit",
		"9999999999GiB": "it is too large",
		"0.0001KiB":     "it does not come to a whole number",
	} {
		if _, err := decode.ParseSize(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v; want %s", text, err, want)
		}
	}
}

func FuzzDuration(f *testing.F) {
	for _, s := range []string{"0s", "1h30m", "5", "1.5d", "1ms1ms", "9223372036854775807ms"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := decode.ParseDuration(text)
		if err != nil {
			return
		}
		if d < 0 || d > decode.MaxDuration {
			t.Fatalf("%q: %d is out of bounds", text, d)
		}
		again, err := decode.ParseDuration(decode.FormatDuration(d))
		if err != nil || again != d {
			t.Fatalf("%q: %d is written %s and read %d, %v", text, d, decode.FormatDuration(d), again, err)
		}
	})
}

func FuzzSize(f *testing.F) {
	for _, s := range []string{"0KiB", "10MiB", "1.5GiB", "8589934591GiB"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := decode.ParseSize(text)
		if err != nil {
			return
		}
		if n < 0 {
			t.Fatalf("%q: %d is negative", text, n)
		}
	})
}
