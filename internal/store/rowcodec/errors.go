package rowcodec

import (
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// EncodeError returns an error as JSON, "" for nil.
func EncodeError(e *flow.Error) string {
	if e == nil {
		return ""
	}
	return string(appendError(nil, e))
}

func appendError(dst []byte, e *flow.Error) []byte {
	dst = value.AppendQuoted(append(dst, `{"code":`...), e.Code)
	dst = value.AppendQuoted(append(dst, `,"message":`...), e.Message)
	if e.Node != "" {
		dst = value.AppendQuoted(append(dst, `,"node":`...), e.Node)
	}
	return append(dst, '}')
}

// DecodeError reads the result of EncodeError. Null and a missing value are nil.
func DecodeError(v value.Value) *flow.Error {
	if v.IsNull() {
		return nil
	}
	text := func(name string) string {
		t, _ := v.Get(name).Str()
		return t
	}
	return &flow.Error{Code: text("code"), Message: text("message"), Node: text("node")}
}
