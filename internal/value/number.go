package value

import "hookline.dev/hookline/internal/decimal"

// Num returns the exact text of a number.
func (v Value) Num() (string, bool) {
	if v.kind != KindNumber {
		return "", false
	}
	return v.text, true
}

// Int returns the value of a number that is a whole one within int64, however
// it is written: 1, 1.0 and 1e3 are, 1.5 is not.
func (v Value) Int() (int64, bool) { return v.Scaled(0) }

// Scaled returns a number times 10^scale, when that is a whole one within
// int64: with scale 2, 1.5 is 150, and 1.234 is nothing.
func (v Value) Scaled(scale int) (int64, bool) {
	if v.kind != KindNumber {
		return 0, false
	}
	return decimal.Scaled(v.text, scale)
}

// Float returns the nearest float64 of a number. exact tells whether it can
// stand for the number: whether the shortest text that reads back as this
// float64 is numerically the same as the number's own. So 0.1 is exact, and
// 9007199254740993 and 0.1234567890123456789 are not. For values that are no
// number, and for numbers out of range, exact is false.
func (v Value) Float() (f float64, exact bool) {
	if v.kind != KindNumber {
		return 0, false
	}
	return decimal.Float(v.text)
}
