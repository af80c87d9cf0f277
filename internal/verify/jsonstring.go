package verify

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"hookline.dev/hookline/internal/value"
)

// appendString appends a string as JSON. Besides the mandatory characters it escapes those in more and, if
// ascii is set, everything beyond ASCII.
func appendString(dst []byte, v value.Value, more string, ascii bool) []byte {
	text, ok := v.Str()
	if !ok {
		return v.Append(dst)
	}
	dst = append(dst, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', byte(c))
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c == '\b':
			dst = append(dst, `\b`...)
		case c == '\f':
			dst = append(dst, `\f`...)
		case c == '/' && more == "/":
			dst = append(dst, `\/`...)
		case c < ' ' || c < 0x80 && strings.ContainsRune(more, c) || ascii && c >= 0x7f:
			dst = appendEscape(dst, c)
		default:
			dst = append(dst, string(c)...)
		}
	}
	return append(dst, '"')
}

func appendEscape(dst []byte, c rune) []byte {
	if high, low := utf16.EncodeRune(c); c > 0xffff {
		return fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(dst, `\u%04x`, c)
}
