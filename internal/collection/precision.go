package collection

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// scaled admits an exact number: its cell is the number times 10^Scale. Digits beyond the scale are refused and
// not rounded, unless they are zeros.
func (f *Field) scaled(v value.Value) (Cell, *Violation) {
	n, ok := v.Scaled(f.Scale)
	if !ok || !f.fits(n) {
		return Cell{}, f.outOfRange(v)
	}
	return Cell{Kind: CellInt, Int: n}, nil
}

// fits reports whether a scaled number has at most Precision digits.
func (f *Field) fits(n int64) bool {
	most := decimal.Pow10(f.Precision)
	return -most < n && n < most
}

func (f *Field) outOfRange(v value.Value) *Violation {
	return &Violation{Code: CodeRange, Field: f.Name, Message: f.Name + " must be " + f.span() + ", not " + describe(v)}
}

// span describes the range of a numeric field.
func (f *Field) span() string {
	switch {
	case f.Type == Integer:
		return "a whole number from " + strconv.FormatInt(-1<<63, 10) + " to " + strconv.FormatInt(1<<63-1, 10)
	case f.Precision > 0:
		most := strings.Repeat("9", f.Precision-f.Scale)
		if most == "" {
			most = "0"
		}
		if f.Scale > 0 {
			most += "." + strings.Repeat("9", f.Scale)
		}
		return "a number from -" + most + " to " + most + " with at most " + strconv.Itoa(f.Scale) + " digits behind the point"
	default:
		return "a number that a double holds exactly (15 digits always fit; give the field a precision for up to 18, or use a string field)"
	}
}
