package rowcodec

import (
	"encoding/base64"
	"unicode/utf8"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// The head of a request is stored as one JSON object, which the caller encodes and not the writer. A text that is
// not UTF-8 (RFC 9110, section 5.5, allows such bytes in field values) has no JSON form. It is written as an
// object with its bytes in base64, so that the received bytes can be restored exactly.

func appendRequest(buf []byte, r *hook.Request) []byte {
	buf = appendText(append(buf, `{"method":`...), r.Method)
	buf = appendText(append(buf, `,"path":`...), r.Path)
	buf = appendText(append(buf, `,"query":`...), r.Query)
	buf = appendText(append(buf, `,"host":`...), r.Host)
	buf = appendText(append(buf, `,"ip":`...), r.IP)
	buf = appendText(append(buf, `,"contentType":`...), r.ContentType)
	buf = append(buf, `,"params":[`...)
	for i, p := range r.Params {
		buf = appendPair(buf, i, p.Name, p.Value)
	}
	return AppendHeaders(append(buf, `],"headers":`...), r.Headers)
}

// sizeOf returns the approximate length of the encoded head of a request, in bytes.
func sizeOf(r *hook.Request) int {
	size := 128 + len(r.Path) + len(r.Query) + len(r.Host) + len(r.IP) + len(r.ContentType)
	for _, h := range r.Headers {
		size += len(h.Name) + len(h.Value) + 8
	}
	return size
}

// readRequest reads one member of the head.
func readRequest(r *hook.Request, name string, v value.Value) {
	switch name {
	case "method":
		r.Method = readText(v)
	case "path":
		r.Path = readText(v)
	case "query":
		r.Query = readText(v)
	case "host":
		r.Host = readText(v)
	case "ip":
		r.IP = readText(v)
	case "contentType":
		r.ContentType = readText(v)
	case "params":
		for pair := range v.Elements() {
			r.Params = append(r.Params, hook.Param{Name: readText(pair.At(0)), Value: readText(pair.At(1))})
		}
	case "headers":
		r.Headers = DecodeHeaders(v)
	case "stored":
		r.Stored = readText(v)
	case "files":
		for f := range v.Elements() {
			r.Files = append(r.Files, readFile(f))
		}
	case "form":
		r.Form = readText(v)
	case "as":
		r.As = readText(v)
	}
}

func appendPair(dst []byte, i int, name, text string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = appendText(append(dst, '['), name)
	dst = appendText(append(dst, ','), text)
	return append(dst, ']')
}

// appendText appends a text, or an object with its bytes in base64 if it is not UTF-8.
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

// AppendHeaders appends headers as an array of pairs.
func AppendHeaders(dst []byte, list []hook.Header) []byte {
	dst = append(dst, '[')
	for i, h := range list {
		dst = appendPair(dst, i, h.Name, h.Value)
	}
	return append(dst, ']')
}

// DecodeHeaders reads what AppendHeaders wrote.
func DecodeHeaders(v value.Value) (list []hook.Header) {
	for pair := range v.Elements() {
		list = append(list, hook.Header{Name: readText(pair.At(0)), Value: readText(pair.At(1))})
	}
	return list
}
