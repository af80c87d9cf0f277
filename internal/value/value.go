package value

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unsafe"

	"hookline.dev/hookline/internal/decimal"
)

// Value is one JSON value: its exact text and its kind. It is small, immutable, and safe to copy and to share
// between goroutines. A copy is == to its original; compare values from different sources by Text or Equal.
type Value struct {
	text      string
	directory *directory // of a large object, if Parse built one
	kind      Kind
}

// Null returns the value null.
func Null() Value { return Value{text: "null", kind: KindNull} }

// Bool returns true or false.
func Bool(b bool) Value {
	if b {
		return Value{text: "true", kind: KindBool}
	}
	return Value{text: "false", kind: KindBool}
}

// Int returns the number n.
func Int(n int64) Value { return Value{text: strconv.FormatInt(n, 10), kind: KindNumber} }

// Float returns the shortest number text that reads back as f. Infinities and
// NaN have no JSON form and are an error.
func Float(f float64) (Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}, fmt.Errorf("%v has no JSON form", f)
	}
	return Value{text: string(decimal.AppendFloat(nil, f)), kind: KindNumber}, nil
}

// Number returns the number written as text, which must follow the number
// grammar of RFC 8259 section 6. The text is kept as it is.
func Number(text string) (Value, error) {
	if text == "" || scanNumber(text, 0) != len(text) {
		return Value{}, fmt.Errorf("%q is not a JSON number", clip(text))
	}
	return Value{text: text, kind: KindNumber}, nil
}

// String returns s as a JSON string. Bytes that are not UTF-8 become U+FFFD, because JSON cannot represent them.
func String(s string) Value {
	return Value{text: string(AppendQuoted(make([]byte, 0, len(s)+2), s)), kind: KindString}
}

// Trusted wraps text that is known to be one valid JSON value, such as a row from our own store, without validating
// it. It trims white space around the text; empty text is Missing. Invalid text never makes a method panic, but the
// results are meaningless.
func Trusted(text string) Value {
	text = strings.Trim(text, " \t\r\n")
	if text == "" {
		return Value{}
	}
	return Value{text: text, kind: kindOf(text[0])}
}

// Clone returns the same value with its own copy of the text, so that a small value does not keep a large body in
// memory.
func (v Value) Clone() Value { return Value{text: strings.Clone(v.text), kind: v.kind} }

// Same reports whether both values are the same text at the same address. It is cheap. A false result does not mean
// that the values differ.
func (v Value) Same(w Value) bool {
	return v.kind == w.kind && len(v.text) == len(w.text) && unsafe.StringData(v.text) == unsafe.StringData(w.text)
}

// Kind returns the kind of the value.
func (v Value) Kind() Kind { return v.kind }

// IsMissing reports whether there is no value at all.
func (v Value) IsMissing() bool { return v.kind == KindMissing }

// IsNull reports whether the value is null or Missing.
func (v Value) IsNull() bool { return v.kind <= KindNull }

// Text returns the exact JSON text, or "null" for Missing.
func (v Value) Text() string {
	if v.kind == KindMissing {
		return "null"
	}
	return v.text
}

// String returns Text, so that a printed value shows its JSON.
func (v Value) String() string { return v.Text() }

// Append appends the exact JSON text to dst.
func (v Value) Append(dst []byte) []byte { return append(dst, v.Text()...) }

// Str returns the decoded text of a string. The result shares memory with the JSON text if that contains no escape.
// Lone surrogates become U+FFFD.
func (v Value) Str() (string, bool) {
	if v.kind != KindString {
		return "", false
	}
	return unquote(v.text), true
}

// AsBool returns the value of a boolean. ok is false for any other kind.
func (v Value) AsBool() (b, ok bool) {
	return v.text == "true", v.kind == KindBool
}

// clip shortens text from outside before it goes into a message.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
