package value

import (
	"fmt"
	"math"
	"unsafe"
)

// Parse validates text as one JSON value (RFC 8259, strict UTF-8, bounded depth and length) and wraps it. It drops
// white space around the value and keeps white space within it. Duplicate keys are allowed: Get returns the last
// one, as JSON.parse does. The error is a *SyntaxError.
func Parse(text string, lim Limits) (Value, error) {
	if len(text) > lim.bytes() {
		return Value{}, &SyntaxError{lim.bytes(), fmt.Sprintf("the text is longer than %d bytes", lim.bytes())}
	}
	start := skipBlanks(text, 0)
	if start == len(text) {
		return Value{}, &SyntaxError{start, "the text is empty"}
	}
	var rec *recorder
	if text[start] == '{' && len(text)-start > smallObject && uint64(len(text)) <= math.MaxUint32 {
		rec = new(recorder)
	}
	s := scanner{text: text, maxDepth: lim.depth(), rec: rec}
	end, reason := s.scanValue(start)
	if reason == "" {
		if rest := skipBlanks(text, end); rest < len(text) {
			end, reason = rest, "there is more text after the value"
		}
	}
	if reason != "" {
		return Value{}, &SyntaxError{end, reason}
	}
	v := Value{text: text[start:end], kind: kindOf(text[start])}
	if rec != nil {
		v.directory = rec.root
	}
	return v, nil
}

// ParseBytes is Parse without a copy. It takes ownership of b: the caller must not change b afterwards, because the
// Value and everything read from it point into b.
func ParseBytes(b []byte, lim Limits) (Value, error) {
	return Parse(unsafe.String(unsafe.SliceData(b), len(b)), lim)
}

// MarshalJSON returns the exact text. json.Marshal then compacts and HTML-escapes it; use Append to keep the text
// exact.
func (v Value) MarshalJSON() ([]byte, error) { return []byte(v.Text()), nil }

// UnmarshalJSON validates and copies data, within the default limits.
func (v *Value) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(string(data), Limits{})
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}
