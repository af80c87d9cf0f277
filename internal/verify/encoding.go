package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
)

// encoding is the text form of a signature.
type encoding uint8

const (
	encodeHex encoding = iota
	encodeBase64
	encodeNone // a token is not encoded
)

func encodingOf(name string) encoding {
	switch name {
	case "hex":
		return encodeHex
	case "base64":
		return encodeBase64
	default:
		return encodeNone
	}
}

func (e encoding) String() string {
	switch e {
	case encodeHex:
		return "hex"
	case encodeBase64:
		return "base64"
	default:
		return "text"
	}
}

// appendDecoded appends the decoded bytes of a text. It is strict: hex in any case, or base64 in the standard
// alphabet with padding and no leftover bits (RFC 4648 section 3.5), without white space or line ends. text is
// a scratch buffer; the grown buffer is returned for reuse.
func (e encoding) appendDecoded(dst []byte, s string, text []byte) (decoded, scratch []byte, ok bool) {
	text = append(text[:0], s...)
	switch e {
	case encodeHex:
		n, err := hex.Decode(text, text)
		if err != nil {
			return dst, text, false
		}
		return append(dst, text[:n]...), text, true
	case encodeBase64:
		if bytes.ContainsAny(text, "\r\n") { // the decoder would skip them
			return dst, text, false
		}
		out, err := base64.StdEncoding.Strict().AppendDecode(dst, text)
		if err != nil {
			return dst, text, false
		}
		return out, text, true
	default:
		return append(dst, text...), text, true
	}
}

// encode returns bytes in the sender's text form.
func (e encoding) encode(b []byte) string {
	switch e {
	case encodeHex:
		return hex.EncodeToString(b)
	case encodeBase64:
		return base64.StdEncoding.EncodeToString(b)
	default:
		return string(b)
	}
}
