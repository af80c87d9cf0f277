package value

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// String scanning examines eight bytes per step. In each mask, the lowest set bit marks the first matching byte.
// Higher bits may be wrong, because borrows run upwards; no caller reads them.
const (
	eachLow  = 0x0101010101010101
	eachHigh = 0x8080808080808080
)

// load reads the eight bytes at s[i]; the caller has checked the length.
func load(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), len(s))[i:])
}

func equalTo(w uint64, c byte) uint64 {
	x := w ^ eachLow*uint64(c)
	return (x - eachLow) &^ x & eachHigh
}

// quoteOrEscape marks " and \.
func quoteOrEscape(w uint64) uint64 { return equalTo(w, '"') | equalTo(w, '\\') }

// notPlain marks ", \, control characters and bytes outside ASCII.
func notPlain(w uint64) uint64 {
	control := (w - eachLow*0x20) &^ w & eachHigh
	return quoteOrEscape(w) | control | w&eachHigh
}

// scanString validates the string whose first character is at s[i] and returns the offset after its closing quote.
func scanString(s string, i int) (end int, reason string) {
	for {
		for i+8 <= len(s) {
			m := notPlain(load(s, i))
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(s) {
			return i, "the text ends inside a string"
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1, ""
		case c == '\\':
			n := escapeLen(s[i:])
			if n == 0 {
				return i, `this is not a valid escape: use \" \\ \/ \b \f \n \r \t or \u and four hex digits`
			}
			i += n
		case c < ' ':
			return i, "a control character inside a string must be escaped"
		case c < utf8.RuneSelf:
			i++
		default:
			if i = skipRunes(s, i); i < len(s) && s[i] >= utf8.RuneSelf {
				return i, "the text is not UTF-8"
			}
		}
	}
}

// skipRunes skips characters outside ASCII and stops at the first byte that is ASCII or not valid UTF-8.
func skipRunes(s string, i int) int {
	for i < len(s) && s[i] >= utf8.RuneSelf {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return i
}

// escapeLen returns the length of the escape at the start of s, or 0 if it is not valid.
func escapeLen(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(s[2:]); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads the four hex digits at the start of s.
func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
