package sqlite

import (
	"encoding/base64"
	"unicode/utf8"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Headers and path parameters are kept as a JSON array of pairs, in their order. A text that is not
// UTF-8 (RFC 9110 section 5.5 allows such bytes in field values) has no JSON form: it is written as
// an object with its bytes in base 64, so that what was received can be restored exactly.

const noPairs = "[]"

func appendPair(dst []byte, name, text string) []byte {
	if len(dst) == 0 {
		dst = append(dst, '[')
	} else {
		dst = append(dst, ',')
	}
	dst = appendText(append(dst, '['), name)
	dst = appendText(append(dst, ','), text)
	return append(dst, ']')
}

func appendText(dst []byte, s string) []byte {
	if utf8.ValidString(s) {
		return value.AppendQuoted(dst, s)
	}
	dst = append(dst, `{"base64":"`...)
	dst = base64.StdEncoding.AppendEncode(dst, []byte(s))
	return append(dst, `"}`...)
}

func readText(v value.Value) string {
	if v.Kind() == value.KindObject {
		text, _ := v.Get("base64").Str()
		raw, _ := base64.StdEncoding.DecodeString(text)
		return string(raw)
	}
	text, _ := v.Str()
	return text
}

func encodeHeaders(list []hook.Header) string {
	if len(list) == 0 {
		return noPairs
	}
	size := 2
	for _, h := range list {
		size += len(h.Name) + len(h.Value) + 8
	}
	buf := make([]byte, 0, size)
	for _, h := range list {
		buf = appendPair(buf, h.Name, h.Value)
	}
	return string(append(buf, ']'))
}

func decodeHeaders(text string) []hook.Header {
	var list []hook.Header
	for pair := range value.Trusted(text).Elements() {
		list = append(list, hook.Header{Name: readText(pair.At(0)), Value: readText(pair.At(1))})
	}
	return list
}

func encodeParams(list []hook.Param) string {
	if len(list) == 0 {
		return noPairs
	}
	var buf []byte
	for _, p := range list {
		buf = appendPair(buf, p.Name, p.Value)
	}
	return string(append(buf, ']'))
}

func decodeParams(text string) []hook.Param {
	var list []hook.Param
	for pair := range value.Trusted(text).Elements() {
		list = append(list, hook.Param{Name: readText(pair.At(0)), Value: readText(pair.At(1))})
	}
	return list
}
