package decimal

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// exponentCap bounds the exponents that the functions on texts distinguish. A larger one counts as ±10^18.
const exponentCap = 1_000_000_000_000_000_000

// parts is the text of a number, split: 0.d1d2d3… × 10^exp, where neither d1 nor the last digit is zero. The digits
// are slices of the original text.
type parts struct {
	negative bool
	whole    string // the digits before the point, without leading zeros
	fraction string // the digits after it, without trailing zeros
	exp      int64
}

func split(s string) parts {
	var p parts
	if strings.HasPrefix(s, "-") {
		p.negative, s = true, s[1:]
	}
	end := skipDigits(s, 0)
	p.whole = s[:end]
	if end < len(s) && s[end] == '.' {
		from := end + 1
		end = skipDigits(s, from)
		p.fraction = s[from:end]
	}
	if end < len(s) && s[end]|0x20 == 'e' {
		p.exp = cappedExponent(s[end+1:])
	}
	p.normalize()
	return p
}

// normalize drops leading and trailing zeros and moves the decimal point before the first digit.
func (p *parts) normalize() {
	p.whole = strings.TrimLeft(p.whole, "0")
	p.fraction = strings.TrimRight(p.fraction, "0")
	p.exp += int64(len(p.whole))
	if p.whole == "" {
		n := len(p.fraction)
		p.fraction = strings.TrimLeft(p.fraction, "0")
		p.exp -= int64(n - len(p.fraction))
	}
	if p.fraction == "" {
		p.whole = strings.TrimRight(p.whole, "0")
	}
	if p.isZero() {
		*p = parts{}
	}
}

func (p *parts) isZero() bool { return p.whole == "" && p.fraction == "" }
func (p *parts) digits() int  { return len(p.whole) + len(p.fraction) }

func (p *parts) digit(i int) byte {
	if i < len(p.whole) {
		return p.whole[i]
	}
	if i -= len(p.whole); i < len(p.fraction) {
		return p.fraction[i]
	}
	return '0'
}

func (p *parts) sign() int {
	switch {
	case p.isZero():
		return 0
	case p.negative:
		return -1
	default:
		return 1
	}
}

func cappedExponent(s string) int64 {
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

func skipDigits[T string | []byte](s T, i int) int {
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	return i
}

// Compare compares two JSON numbers by their exact values and returns -1, 0 or +1. An exponent beyond ±10^18 counts
// as ±10^18.
func Compare(a, b string) int {
	if x, ok := shortInt(a); ok {
		if y, ok := shortInt(b); ok {
			return cmp.Compare(x, y)
		}
	}
	x, y := split(a), split(b)
	if s, t := x.sign(), y.sign(); s != t || s == 0 {
		return cmp.Compare(s, t)
	}
	c := compareMagnitude(&x, &y)
	if x.negative {
		return -c
	}
	return c
}

func compareMagnitude(x, y *parts) int {
	if x.exp != y.exp {
		return cmp.Compare(x.exp, y.exp)
	}
	for i := range max(x.digits(), y.digits()) {
		if p, q := x.digit(i), y.digit(i); p != q {
			return cmp.Compare(p, q)
		}
	}
	return 0
}

// shortInt parses a plain integer of at most 18 digits, the common case.
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

// Scaled returns a JSON number times 10^places if that is a whole number that fits in int64. With two places, 1.5
// gives 150, and 1.234 gives false.
func Scaled(number string, places int) (n int64, ok bool) {
	if n, ok := shortInt(number); ok && places == 0 {
		return n, true
	}
	p := split(number)
	if p.isZero() {
		return 0, true
	}
	p.exp += int64(places)
	const most = 19 // digits of the largest int64
	if p.exp < int64(p.digits()) || p.exp > most {
		return 0, false
	}
	var size uint64
	for i := range int(p.exp) {
		size = size*10 + uint64(p.digit(i)-'0')
	}
	if p.negative {
		return -int64(size), size <= -math.MinInt64
	}
	return int64(size), size <= math.MaxInt64
}

// IsWhole reports whether a JSON number has no fraction, however it is written: 1.0 and 1e400 are whole, 15e-1 is
// not.
func IsWhole(number string) bool {
	p := split(number)
	return p.isZero() || p.exp >= int64(p.digits())
}

// Canonical returns the same text for JSON numbers of equal value, and different texts otherwise.
func Canonical(number string) string {
	p := split(number)
	if p.isZero() {
		return "0"
	}
	sign := ""
	if p.negative {
		sign = "-"
	}
	return sign + "0." + p.whole + p.fraction + "e" + strconv.FormatInt(p.exp, 10)
}

// Float returns the float64 nearest to a JSON number. exact reports whether the shortest text that reads back as
// this float64 has the same value. So 0.1 is exact; 9007199254740993 and 0.1234567890123456789 are not. A number
// out of range is not exact.
func Float(number string) (f float64, exact bool) {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return f, false
	}
	var buf [32]byte
	return f, Compare(string(strconv.AppendFloat(buf[:0], f, 'e', -1, 64)), number) == 0
}

// AppendFloat appends the shortest text that reads back as f, in the style of JavaScript and encoding/json: plain
// digits, and an exponent only for very large and very small numbers.
func AppendFloat(dst []byte, f float64) []byte {
	size := math.Abs(f)
	if size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
