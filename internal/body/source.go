package body

import (
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"

	"hookline.dev/hookline/internal/fault"
)

// byteOrderMark is U+FEFF in UTF-8. RFC 8259 section 8.1 lets a reader skip it.
const byteOrderMark = "\xEF\xBB\xBF"

// source is the text of a body, and where it stood.
type source struct {
	text    string // meant to be UTF-8, without its byte order mark
	skipped int    // bytes of the body before text
	recoded bool   // it came in another charset, so that offsets in it are none in the body
}

// read takes the text out of raw. The charset is the one that the type names, "" for none.
func read(raw, charset string) (source, error) {
	if text, marked := strings.CutPrefix(raw, byteOrderMark); marked {
		return source{text: text, skipped: len(byteOrderMark)}, nil // it goes before what a header says
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
		return source{}, refuse(fault.Invalid, inBody, "it is not %s at byte %d; send what the charset says, or UTF-8", c.name, bad)
	}
	return source{text: strings.TrimPrefix(text, byteOrderMark), recoded: true}, nil
}

// at names a place of the text to people.
func (s source) at(offset int) string {
	before := s.text[:min(offset, len(s.text))]
	line, column := 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n')
	of := ""
	if s.recoded {
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

// share looks at bytes that nobody will change as a string, without a copy.
func share(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// clip shortens text that came from outside before it enters a message.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
