package body

import (
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"

	"hookline.dev/hookline/internal/fault"
)

// byteOrderMark is U+FEFF in UTF-8. RFC 8259 section 8.1 allows a parser to ignore it.
const byteOrderMark = "\xEF\xBB\xBF"

// source is the text of a body, with its position in the body.
type source struct {
	text       string // expected to be UTF-8, without a byte order mark
	skipped    int    // bytes of the body before text
	transcoded bool   // decoded from another charset, so offsets in it are not offsets in the body
}

// readText decodes raw. charset is that of the Content-Type, "" for none; a byte order mark overrides it.
func readText(raw, charset string) (source, error) {
	if text, marked := strings.CutPrefix(raw, byteOrderMark); marked {
		return source{text: text, skipped: len(byteOrderMark)}, nil
	}
	if utf8Charset(charset) {
		return source{text: raw}, nil
	}
	c, err := codecOf(charset, "it has")
	if err != nil || c == nil {
		return source{text: raw}, err
	}
	text, bad := c.decode(raw)
	if bad >= 0 {
		return source{}, errorf(fault.Invalid, inBody, "it is not %s at byte %d; send what the charset says, or UTF-8", c.name, bad)
	}
	return source{text: strings.TrimPrefix(text, byteOrderMark), transcoded: true}, nil
}

// at describes a position in the text for people.
func (s source) at(offset int) string {
	before := s.text[:min(offset, len(s.text))]
	line, column := 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n')
	of := ""
	if s.transcoded {
		of = " of the text in UTF-8"
	}
	return fmt.Sprintf("byte %d%s (line %d, column %d)", offset+s.skipped, of, line, column)
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// unsafeString converts bytes to a string without copying. The bytes must not change afterwards.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// clip shortens input for an error message.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
