package body

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"hookline.dev/hookline/internal/fault"
)

// codec decodes a charset other than UTF-8.
type codec struct {
	name  string            // as the Encoding Standard writes it, for messages
	enc   encoding.Encoding // nil for UTF-16
	order utf16Order
}

// codecOf returns the codec of a charset by any of its labels in the Encoding Standard
// (https://encoding.spec.whatwg.org/#names-and-labels), or nil for UTF-8. subject begins the error message:
// "it has", `the part "a" has`.
func codecOf(label, subject string) (*codec, error) {
	label = strings.ToLower(strings.TrimSpace(label))
	if utf8Charset(label) {
		return nil, nil
	}
	switch label {
	case "utf-16", "utf16", "unicode", "csunicode", "iso-10646-ucs-2", "ucs-2":
		return &codec{name: "UTF-16", order: orderUnknown}, nil
	}
	enc, name := charset.Lookup(label)
	switch name {
	case "utf-8":
		return nil, nil
	case "utf-16le":
		return &codec{name: "UTF-16LE", order: littleEndian}, nil
	case "utf-16be":
		return &codec{name: "UTF-16BE", order: bigEndian}, nil
	case "", "replacement", "x-user-defined": // unknown, or not a charset for text
		return nil, errorf(fault.Unsupported, inBody, "%s the charset %q, which is not supported; send UTF-8", subject, clip(label))
	default:
		return &codec{name: strings.ToUpper(name), enc: enc}, nil
	}
}

// utf8Charset reports whether a charset is UTF-8 or its subset ASCII. No charset means UTF-8.
func utf8Charset(charset string) bool {
	switch charset {
	case "", "utf-8", "UTF-8":
		return true
	}
	return len(charset) <= len("us-ascii") &&
		(strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8") ||
			strings.EqualFold(charset, "us-ascii") || strings.EqualFold(charset, "ascii"))
}

// replacement is the character that decoders write for invalid bytes.
const replacement = "\uFFFD"

// decode returns the text in UTF-8 and the offset of the first invalid byte, or -1 if there is none. The text
// is at most three times as long as s. In GB 18030, an encoded U+FFFD counts as invalid too, because the
// decoder cannot distinguish it from an invalid byte.
func (c *codec) decode(s string) (text string, bad int) {
	if c.enc == nil {
		return decodeUTF16(s, c.order)
	}
	if plainASCII(s) {
		return s, -1
	}
	out, _, err := transform.String(c.enc.NewDecoder(), s)
	if err != nil {
		return "", 0 // cannot happen: decoders replace invalid bytes
	}
	if i := strings.Index(out, replacement); i >= 0 {
		return "", c.locate(s, i)
	}
	return out, -1
}

// locate returns the offset in s of the character that decodes to the given offset in the text.
func (c *codec) locate(s string, offset int) int {
	d := c.enc.NewDecoder()
	room := make([]byte, offset)
	_, at, _ := d.Transform(room, []byte(s), true) // stops when room is full
	var dst [8]byte
	for size := 1; at+size <= len(s); { // an escape sequence of ISO-2022-JP may come first
		written, taken, _ := d.Transform(dst[:], []byte(s[at:at+size]), at+size == len(s))
		switch {
		case written > 0:
			return at
		case taken > 0:
			at, size = at+taken, 1
		default:
			size++
		}
	}
	return min(at, len(s))
}

// plainASCII reports whether s is the same text in every charset but UTF-16: it has no byte of 128 or more and
// none that starts an escape sequence.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c == 0x1B || c == 0x0E || c == 0x0F {
			return false
		}
	}
	return true
}

type utf16Order uint8

const (
	orderUnknown utf16Order = iota
	littleEndian
	bigEndian
)

// decodeUTF16 decodes UTF-16. A byte order mark overrides order. Without either, the text is big-endian when its
// first character is ASCII in that order, and otherwise little-endian, as the Encoding Standard says.
func decodeUTF16(s string, order utf16Order) (text string, bad int) {
	switch {
	case strings.HasPrefix(s, "\xFE\xFF"):
		order = bigEndian
	case strings.HasPrefix(s, "\xFF\xFE"):
		order = littleEndian
	case order == orderUnknown && len(s) > 1 && s[0] == 0 && s[1] != 0:
		order = bigEndian
	}
	high, low := 1, 0
	if order == bigEndian {
		high, low = 0, 1
	}
	unit := func(i int) rune { return rune(s[i+high])<<8 | rune(s[i+low]) }
	out := make([]byte, 0, len(s)/2+len(s)/8)
	for i := 0; i+1 < len(s); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			if i+3 >= len(s) {
				return "", i
			}
			if r = utf16.DecodeRune(r, unit(i+2)); r == utf8.RuneError {
				return "", i
			}
			i += 2
		}
		out = utf8.AppendRune(out, r)
	}
	if len(s)%2 != 0 {
		return "", len(s) - 1
	}
	return unsafeString(out), -1
}
