package value

import (
	"math"
	"strconv"
	"strings"
)

// exponentCap bounds exponents: beyond ±10^18 a number counts as written with
// exactly that exponent, which no arithmetic here ever expands.
const exponentCap = 1_000_000_000_000_000_000

// decimal is a number text taken apart: 0.d1d2d3… × 10^exp, d1 and the last
// digit not zero. Nothing is copied: the digits stay where they stand.
type decimal struct {
	negative bool
	whole    string // digits before the point, from the first that counts
	fraction string // digits after it, to the last that counts
	exp      int64
}

func takeApart(s string) decimal {
	var d decimal
	if strings.HasPrefix(s, "-") {
		d.negative, s = true, s[1:]
	}
	end := skipDigits(s, 0)
	d.whole = s[:end]
	if end < len(s) && s[end] == '.' {
		from := end + 1
		end = skipDigits(s, from)
		d.fraction = s[from:end]
	}
	if end < len(s) && s[end]|0x20 == 'e' {
		d.exp = exponent(s[end+1:])
	}
	d.trim()
	return d
}

// trim drops the zeros at both ends and moves the point before the first digit.
func (d *decimal) trim() {
	d.whole = strings.TrimLeft(d.whole, "0")
	d.fraction = strings.TrimRight(d.fraction, "0")
	d.exp += int64(len(d.whole))
	if d.whole == "" {
		n := len(d.fraction)
		d.fraction = strings.TrimLeft(d.fraction, "0")
		d.exp -= int64(n - len(d.fraction))
	}
	if d.fraction == "" {
		d.whole = strings.TrimRight(d.whole, "0")
	}
	if d.zero() {
		*d = decimal{}
	}
}

func (d *decimal) zero() bool  { return d.whole == "" && d.fraction == "" }
func (d *decimal) digits() int { return len(d.whole) + len(d.fraction) }

func (d *decimal) digit(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	if i -= len(d.whole); i < len(d.fraction) {
		return d.fraction[i]
	}
	return '0'
}

func exponent(s string) int64 {
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "+-0")
	n := int64(exponentCap)
	if len(s) <= 18 {
		n, _ = strconv.ParseInt("0"+s, 10, 64)
	}
	if negative {
		return -n
	}
	return n
}

// CompareNumbers compares two JSON number texts by their exact values and
// returns -1, 0 or +1. No floating point is involved and no exponent is
// expanded, so 1e999999999 costs no more than 1. Exponents beyond ±10^18 are
// taken for that bound.
func CompareNumbers(a, b string) int {
	if x, ok := shortInt(a); ok {
		if y, ok := shortInt(b); ok {
			return compare(x, y)
		}
	}
	x, y := takeApart(a), takeApart(b)
	if s, t := x.sign(), y.sign(); s != t || s == 0 {
		return compare(s, t)
	}
	c := compareSize(&x, &y)
	if x.negative {
		return -c
	}
	return c
}

func (d *decimal) sign() int64 {
	switch {
	case d.zero():
		return 0
	case d.negative:
		return -1
	default:
		return 1
	}
}

func compareSize(x, y *decimal) int {
	if x.exp != y.exp {
		return compare(x.exp, y.exp)
	}
	for i := range max(x.digits(), y.digits()) {
		if p, q := x.digit(i), y.digit(i); p != q {
			return compare(int64(p), int64(q))
		}
	}
	return 0
}

func compare(x, y int64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	default:
		return 0
	}
}

// shortInt reads a plain integer of at most 18 digits, the common case.
func shortInt(s string) (int64, bool) {
	i, negative := 0, false
	if s != "" && s[0] == '-' {
		i, negative = 1, true
	}
	if len(s) == i || len(s)-i > 18 {
		return 0, false
	}
	var n int64
	for ; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	if negative {
		n = -n
	}
	return n, true
}

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
	if n, ok := shortInt(v.text); ok && scale == 0 {
		return n, true
	}
	d := takeApart(v.text)
	if d.zero() {
		return 0, true
	}
	d.exp += int64(scale)
	const most = 19 // digits of the largest int64
	if d.exp < int64(d.digits()) || d.exp > most {
		return 0, false
	}
	var size uint64
	for i := range int(d.exp) {
		size = size*10 + uint64(d.digit(i)-'0')
	}
	if d.negative {
		return -int64(size), size <= -math.MinInt64
	}
	return int64(size), size <= math.MaxInt64
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
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil {
		return f, false
	}
	var buf [32]byte
	return f, CompareNumbers(string(strconv.AppendFloat(buf[:0], f, 'e', -1, 64)), v.text) == 0
}

// appendFloat writes f as JavaScript and encoding/json do: plain digits, and
// an exponent for the very large and very small.
func appendFloat(dst []byte, f float64) []byte {
	size := math.Abs(f)
	if size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
