package value

import "hookline.dev/hookline/internal/decimal"

// Num returns the exact text of a number, and false for any other kind.
func (v Value) Num() (string, bool) {
	if v.kind != KindNumber {
		return "", false
	}
	return v.text, true
}

// Int returns a number as an int64 if it is whole and in range, however it is written: 1, 1.0 and 1e3 qualify, 1.5
// does not.
func (v Value) Int() (int64, bool) { return v.Scaled(0) }

// Scaled returns a number times 10^scale if the product is whole and fits an int64. With scale 2, 1.5 gives 150,
// and 1.234 gives false.
func (v Value) Scaled(scale int) (int64, bool) {
	if v.kind != KindNumber {
		return 0, false
	}
	return decimal.Scaled(v.text, scale)
}

// Float returns the float64 nearest to a number. exact reports whether no digit is lost: whether the shortest text
// that reads back as this float64 equals the number. So 0.1 is exact; 9007199254740993 and 0.1234567890123456789
// are not. exact is false for values that are not numbers and for numbers out of range.
func (v Value) Float() (f float64, exact bool) {
	if v.kind != KindNumber {
		return 0, false
	}
	return decimal.Float(v.text)
}
