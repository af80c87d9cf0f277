package decode

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/value"
)

// MaxDuration bounds a duration in a document: 100 years of 365 days.
const MaxDuration = 100 * 365 * 24 * time.Hour

// fractionDigits bounds the digits after the decimal point of a duration or size.
const fractionDigits = 9

// Size is a number of bytes, written with a unit: 512KiB, 10MiB, 1.5GiB.
type Size int64

// String returns the size in a form that ParseSize reads, with the largest unit that divides it.
func (s Size) String() string {
	for i := len(sizeUnits()) - 1; i >= 0; i-- {
		if u := sizeUnits()[i]; int64(s)%u.factor == 0 {
			return strconv.FormatInt(int64(s)/u.factor, 10) + u.name
		}
	}
	return strconv.FormatFloat(float64(s)/(1<<10), 'f', -1, 64) + "KiB"
}

type unit struct {
	name   string
	factor int64
}

func sizeUnits() []unit {
	return []unit{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}
}

// durationUnits returns the units in descending order, which is also the order they must be written in.
func durationUnits() []unit {
	return []unit{
		{"d", int64(24 * time.Hour)},
		{"h", int64(time.Hour)},
		{"m", int64(time.Minute)},
		{"s", int64(time.Second)},
		{"ms", int64(time.Millisecond)},
	}
}

// ParseDuration parses a duration: numbers with the units d, h, m, s and ms, largest first, such as 500ms, 1h30m or
// 0s. A number without a unit is an error, and so are signs and blanks. The longest duration is MaxDuration.
func ParseDuration(text string) (time.Duration, error) {
	total, err := quantities(text, durationUnits(), "5s", int64(MaxDuration))
	if err != nil {
		return 0, fmt.Errorf("%s is not a duration: %w", Quote(text), err)
	}
	return time.Duration(total), nil
}

// ParseSize parses a size: one number with one of the units KiB, MiB and GiB.
func ParseSize(text string) (Size, error) {
	total, err := quantities(text, sizeUnits(), "10MiB", math.MaxInt64)
	if err != nil {
		return 0, fmt.Errorf("%s is not a size: %w", Quote(text), err)
	}
	return Size(total), nil
}

// DurationOf reads a duration from a string value. A number fails with a message that suggests a unit.
func DurationOf(v value.Value) (time.Duration, error) {
	if text, ok := v.Str(); ok {
		return ParseDuration(text)
	}
	if text, ok := v.Num(); ok {
		return ParseDuration(text)
	}
	return 0, fmt.Errorf("must be a duration such as 5s or 1h30m, not %s", describe(v))
}

// SizeOf reads a size from a string value. A number fails with a message that suggests a unit.
func SizeOf(v value.Value) (Size, error) {
	if text, ok := v.Str(); ok {
		return ParseSize(text)
	}
	if text, ok := v.Num(); ok {
		return ParseSize(text)
	}
	return 0, fmt.Errorf("must be a size such as 10MiB, not %s", describe(v))
}

// FormatDuration returns the duration in a form that ParseDuration reads: 1h30m, 500ms. It writes anything finer
// than a millisecond as a fraction of one, and a negative duration as 0s.
func FormatDuration(d time.Duration) string {
	if d <= 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range durationUnits() {
		if u.name == "ms" && d > 0 {
			b.WriteString(strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + "ms")
		} else if n := int64(d) / u.factor; n > 0 {
			b.WriteString(strconv.FormatInt(n, 10) + u.name)
			d -= time.Duration(n * u.factor)
		}
	}
	return b.String()
}
