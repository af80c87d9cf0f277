package body

import (
	"errors"
	"strings"
	"unicode/utf8"
	"unsafe"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// byteOrderMark is U+FEFF in UTF-8. RFC 8259 section 8.1 lets a reader skip it.
const byteOrderMark = "\xEF\xBB\xBF"

// Decoded is what a body holds.
type Decoded struct {
	Type string      // media type in lower case, without parameters
	Data value.Value // null when there is no body
}

// Decode reads a body by its content type. It takes ownership of raw, which nobody may change
// afterwards: the values point into it. A body that is JSON and names no type is taken for JSON.
// Errors are *fault.Error of kind Invalid, Unsupported or TooLarge, whose message names the place
// and what to do.
func Decode(contentType string, raw []byte, lim Limits) (Decoded, error) {
	d := Decoded{Type: MediaType(contentType), Data: value.Null()}
	if len(raw) == 0 {
		return d, nil
	}
	if len(raw) > lim.bytes() {
		return d, refuse(fault.TooLarge, inBody, "it is longer than %d bytes", lim.bytes())
	}
	if charset := parameter(contentType, "charset"); !utf8Charset(charset) {
		return d, refuse(fault.Unsupported, inBody, "the charset %q is not supported yet; send UTF-8", clip(charset))
	}
	var err error
	text := strings.TrimPrefix(share(raw), byteOrderMark)
	switch {
	case isCloudEvent(d.Type):
		err = refuse(fault.Unsupported, inBody, "CloudEvents (%s) are not supported yet", d.Type)
	case isJSON(d.Type):
		d.Data, err = decodeJSON(text, len(raw)-len(text), lim)
	case d.Type == typeForm:
		d.Data, err = decodeForm(text, inBody, lim)
	case d.Type == typeMultipart:
		d.Data, err = decodeMultipart(contentType, text, lim)
	case isXML(d.Type):
		err = refuse(fault.Unsupported, inBody, "XML (%s) is not supported yet; send JSON or a form", d.Type)
	case strings.HasPrefix(d.Type, "text/"):
		d.Data, err = decodeText(text)
	case d.Type == "":
		if d.Data, err = decodeJSON(text, 0, lim); err != nil {
			err = refuse(fault.Unsupported, inBody, "it has no Content-Type and is not JSON; say what it is, one of: %s", AcceptPost)
		}
	default:
		err = refuse(fault.Unsupported, inBody, "the content type %q is not supported; send one of: %s", clip(d.Type), AcceptPost)
	}
	return d, err
}

// decodeJSON validates the text and wraps it. skipped is how many bytes were cut off before it.
func decodeJSON(text string, skipped int, lim Limits) (value.Value, error) {
	v, err := value.Parse(text, lim.json())
	if err == nil {
		return v, nil
	}
	var at *value.SyntaxError
	if !errors.As(err, &at) {
		return value.Value{}, fault.As("body.Decode", fault.Invalid, err, "it is not valid JSON")
	}
	line, column := position(text, at.Offset)
	return value.Value{}, refuse(fault.Invalid, inBody,
		"it is not valid JSON at byte %d (line %d, column %d): %s; send one JSON value in UTF-8",
		at.Offset+skipped, line, column, at.Reason)
}

// position counts lines and bytes of the line, both from 1.
func position(text string, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	return 1 + strings.Count(before, "\n"), len(before) - strings.LastIndexByte(before, '\n')
}

func decodeText(text string) (value.Value, error) {
	if i := invalidUTF8(text); i >= 0 {
		return value.Value{}, refuse(fault.Invalid, inBody, "it is not UTF-8 at byte %d; send UTF-8", i)
	}
	return value.String(text), nil
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
