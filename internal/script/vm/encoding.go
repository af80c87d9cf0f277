package vm

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	lib "modernc.org/libquickjs"
)

// The encodings are Node's: https://nodejs.org/api/buffer.html#buffers-and-character-encodings.
// The prelude folds case and aliases; an unknown name yields undefined.

// hostEncode (ArrayBuffer, encoding) returns the bytes as text.
func hostEncode(m *VM, a args) lib.TJSValue {
	b, ok := m.bytes(a.at(0))
	name, ok2 := m.text(a.at(1))
	if !ok || !ok2 {
		return undefined
	}
	s, ok := encode(b, name)
	if !ok {
		return undefined
	}
	return m.str(s)
}

// hostDecode (text, encoding) returns the text as bytes.
func hostDecode(m *VM, a args) lib.TJSValue {
	s, ok := m.text(a.at(0))
	if !ok {
		return m.rethrow()
	}
	name, _ := m.text(a.at(1))
	b, ok := decode(s, name)
	if !ok {
		return undefined
	}
	return m.buffer(b)
}

func encode(b []byte, encoding string) (string, bool) {
	switch encoding {
	case "utf8":
		return validUTF8(string(b)), true
	case "hex":
		return hex.EncodeToString(b), true
	case "base64":
		return base64.StdEncoding.EncodeToString(b), true
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(b), true
	case "latin1", "ascii":
		r := make([]rune, len(b))
		for i, c := range b {
			if r[i] = rune(c); encoding == "ascii" {
				r[i] &= 0x7f
			}
		}
		return string(r), true
	case "utf16le":
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return string(utf16.Decode(u)), true
	}
	return "", false
}

func decode(s, encoding string) ([]byte, bool) {
	switch encoding {
	case "utf8":
		return []byte(validUTF8(s)), true
	case "hex":
		return decodeHex(s), true
	case "base64", "base64url":
		return decodeBase64(s), true
	case "latin1", "ascii":
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u))
		}
		return b, true
	case "utf16le":
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b, true
	}
	return nil, false
}

// decodeHex stops at the first pair that is not hexadecimal, as Node does.
func decodeHex(s string) []byte {
	b := make([]byte, 0, len(s)/2)
	for ; len(s) >= 2; s = s[2:] {
		c, err := hex.DecodeString(s[:2])
		if err != nil {
			break
		}
		b = append(b, c...)
	}
	return b
}

// decodeBase64 accepts both alphabets, skips other characters and ends at the padding, as Node does.
func decodeBase64(s string) []byte {
	clean := func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '+', r == '/':
			return r
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		}
		return -1
	}
	s, _, _ = strings.Cut(s, "=")
	s = strings.Map(clean, s)
	if len(s)%4 == 1 {
		s = s[:len(s)-1] // six bits are less than a byte
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

// validUTF8 replaces invalid UTF-8 with U+FFFD. This includes each lone surrogate, which the engine returns as
// the three bytes of its code point. Node does the same.
func validUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 && i+2 < len(s) && s[i] == 0xed && s[i+1] >= 0xa0 {
			n = 3
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}
