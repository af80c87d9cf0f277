package value

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote decodes the valid string text q, quotes included.
func unquote(q string) string {
	if len(q) < 2 {
		return ""
	}
	s := q[1 : len(q)-1]
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i >= 0 {
		out = append(out, s[:i]...)
		s = s[i:]
		n := escapeLen(s)
		if n == 0 { // only in invalid text passed to Trusted
			break
		}
		out, s = appendUnescaped(out, s, n)
		i = strings.IndexByte(s, '\\')
	}
	return string(append(out, s...))
}

// appendUnescaped decodes the escape of n bytes at the start of s, and the next escape too if both form a surrogate
// pair.
func appendUnescaped(out []byte, s string, n int) (dst []byte, rest string) {
	if n == 2 {
		return append(out, plainEscape(s[1])), s[2:]
	}
	r, _ := hex4(s[2:])
	s = s[6:]
	if utf16.IsSurrogate(r) {
		pair := rune(utf8.RuneError)
		if strings.HasPrefix(s, `\u`) {
			if low, ok := hex4(s[2:]); ok {
				pair = utf16.DecodeRune(r, low)
			}
		}
		if pair != utf8.RuneError {
			s = s[6:]
		}
		r = pair
	}
	return utf8.AppendRune(out, r), s
}

func plainEscape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return c
	}
}

// AppendQuoted appends s to dst as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}
