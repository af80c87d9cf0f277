package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
)

// encoding is how a signature is written as text.
type encoding uint8

const (
	encodeHex encoding = iota
	encodeBase64
	encodeNone // a token stands as it is
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

// appendDecoded adds the bytes that a text stands for. It is strict: hex in any case, base64 in the
// standard alphabet with its padding and with no bit left over (RFC 4648 section 3.5), and no blank or
// line end in either. text is used as scratch and returned with what it has grown to.
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
		if bytes.ContainsAny(text, "\r\n") { // which the decoder would skip
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

// encode writes bytes as the sender would.
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
