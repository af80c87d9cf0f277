package vm

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSource looks for sources that make the compiler do anything other than pass or fail, and for sources that
// pass in Check but not in a run.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"return 1", "return /(/", "`${", "}, function () {", "for await (x of y);", "class A { #x = 1 }", "\\u{61}", "<!--"} {
		f.Add(s)
	}
	m := start(f)
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 2<<10 {
			source = source[:2<<10]
		}
		in := input("if (false) {" + source + "}")
		var e *Error
		if err := m.Check(in); err != nil && (!errors.As(err, &e) || e.Kind != Syntax && e.Kind != Memory) {
			t.Errorf("got %v", err)
		}
	})
}

// FuzzCompact compares isCompact with encoding/json.
func FuzzCompact(f *testing.F) {
	for _, s := range []string{`{ "a" : [ 1 , "x \\" y" ] }`, ` 1 `, `"\u0041\\\\"`, `[]`} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, body, text string) {
		_ = isCompact(body, text) // must not panic for any input
		var b strings.Builder
		if !json.Valid([]byte(body)) || !compactInto(&b, body) {
			return
		}
		if !isCompact(body, b.String()) {
			t.Errorf("%q is %q without white space", body, b.String())
		}
		if isCompact(body, b.String()+" ") || isCompact(body, b.String()[1:]) {
			t.Errorf("%q: a different text is taken for the same", body)
		}
	})
}

func compactInto(b *strings.Builder, body string) bool {
	var buf bytes.Buffer
	err := json.Compact(&buf, []byte(body))
	b.Write(buf.Bytes())
	return err == nil
}

// FuzzText checks that text leaving the VM is always UTF-8, and that decoding never panics.
func FuzzText(f *testing.F) {
	f.Add("a\xed\xa0\x80b")
	f.Fuzz(func(t *testing.T, s string) {
		if got := validUTF8(s); !utf8.ValidString(got) {
			t.Errorf("%q became %q", s, got)
		}
		for _, encoding := range []string{"utf8", "hex", "base64", "base64url", "latin1", "ascii", "utf16le"} {
			decode(s, encoding)
			if text, _ := encode([]byte(s), encoding); !utf8.ValidString(text) {
				t.Errorf("%s of %q is %q", encoding, s, text)
			}
		}
		lineOf(s)
	})
}
