package body

import (
	"os"
	"strings"
	"testing"
	"unsafe"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func TestBodiesBecomeValues(t *testing.T) {
	for _, c := range []struct{ name, contentType, in, want string }{
		{"object", "application/json", ` {"b":1.0,"a":9007199254740993} `, `{"b":1.0,"a":9007199254740993}`},
		{"any kind", "application/json", `"x"`, `"x"`},
		{"duplicate keys stay", "application/json", `{"a":1,"a":2}`, `{"a":1,"a":2}`},
		{"escapes stay", "application/json", `"\u003c\/"`, `"\u003c\/"`},
		{"with parameters", "Application/JSON ; charset=\"UTF-8\"", `1`, `1`},
		{"a suffix", "application/vnd.api+json", `[]`, `[]`},
		{"a byte order mark", "application/json", byteOrderMark + `{}`, `{}`},
		{"no type, but JSON", "", `{"a":1}`, `{"a":1}`},
		{"form", "application/x-www-form-urlencoded", "a[b]=1", `{"a":{"b":"1"}}`},
		{"form with charset", "application/x-www-form-urlencoded; charset=utf-8", "a=1", `{"a":"1"}`},
		{"text", "text/plain", "a\n\"b\"", `"a\n\"b\""`},
		{"text with a byte order mark", "text/csv", byteOrderMark + "a,b", `"a,b"`},
		{"no body", "application/json", "", `null`},
		{"no body of an unknown type", "image/png; charset=gbk", "", `null`},
		{"no body at all", "", "", `null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode(c.contentType, []byte(c.in), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Data.Text() != c.want {
				t.Errorf("got %s, want %s", got.Data.Text(), c.want)
			}
		})
	}
}

func TestInvalidBodiesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, contentType, in string
		kind                  fault.Kind
		says                  string
	}{
		{"broken JSON", "application/json", "{\n \"a\": 1,\n}", fault.Invalid, "at byte 11 (line 3, column 1): a key in double quotes was expected"},
		{"the offset counts the mark", "application/json", byteOrderMark + "x", fault.Invalid, "at byte 3 (line 1, column 1)"},
		{"only blanks", "application/json", " \n", fault.Invalid, "the text is empty"},
		{"two values", "application/json", "{}{}", fault.Invalid, "there is more text after the value"},
		{"NaN", "application/json", "NaN", fault.Invalid, "a value was expected"},
		{"invalid UTF-8", "application/json", "\"\xff\"", fault.Invalid, "the text is not UTF-8"},
		{"UTF-16", "application/json", "\xff\xfe{\x00}\x00", fault.Invalid, "send one JSON value in UTF-8"},
		{"10,000 deep", "application/json", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), fault.Invalid, "nest deeper than 64"},
		{"10,000 deep without end", "application/json", strings.Repeat(`{"a":`, 10_000), fault.Invalid, "nest deeper than 64"},
		{"text that is not UTF-8", "text/plain", "ab\xff", fault.Invalid, "not UTF-8 at byte 2"},
		{"form that is not UTF-8", "application/x-www-form-urlencoded", "a=%C4%E3", fault.Invalid, `the field "a" is not UTF-8`},
		{"another format of CloudEvents", "application/cloudevents+avro", "x", fault.Unsupported, `format "application/cloudevents+avro" are not supported; send application/cloudevents+json`},
		{"CloudEvents in XML", "application/cloudevents+xml", "<a/>", fault.Unsupported, `"application/cloudevents+xml"`},
		{"unknown", "image/png", "x", fault.Unsupported, `"image/png" is not supported; send one of: application/json`},
		{"no type and no JSON", "", "a=1", fault.Unsupported, "it has no Content-Type and is not JSON"},
		{"an unknown charset", `text/plain; format="a;b"; charset=x-klingon`, "x", fault.Unsupported, `it has the charset "x-klingon", which is not supported; send UTF-8`},
		{"a charset without a decoder", "text/plain; charset=HZ-GB-2312", "x", fault.Unsupported, `"hz-gb-2312"`},
		{"longer than allowed", "text/plain", "12345", fault.TooLarge, "longer than 4 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lim := Limits{}
			if c.kind == fault.TooLarge {
				lim.Bytes = 4
			}
			_, err := Decode(c.contentType, []byte(c.in), lim)
			if !fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("got %v, want kind %v saying %q", err, c.kind, c.says)
			}
		})
	}
}

func TestJSONIsNotCopied(t *testing.T) {
	raw, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode("application/json", raw, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if text := d.Data.Text(); unsafe.StringData(text) != unsafe.SliceData(raw) || len(text) != len(raw) {
		t.Error("the value has a text of its own")
	}
}

func BenchmarkDecodePush(b *testing.B) {
	raw, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode("application/json", raw, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, t := range []string{"application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=b", ""} {
		f.Add(t, []byte(`{"a":[1,2.50,"x"]}`))
		f.Add(t, []byte("a[0].b=1&a[]=2&a[c]=%ff&a=3"))
		f.Add(t, []byte("--b\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\nx\r\n--b--\r\n"))
	}
	f.Fuzz(func(t *testing.T, contentType string, raw []byte) {
		checkDecode(t, contentType, raw)
	})
}

// checkDecode checks what holds for every body: it decodes to a value, or the error has a kind, a place and a
// message.
func checkDecode(t *testing.T, contentType string, raw []byte) {
	t.Helper()
	d, err := Decode(contentType, raw, Limits{})
	if err != nil {
		switch fault.KindOf(err) {
		case fault.Invalid, fault.Unsupported, fault.TooLarge:
		default:
			t.Fatalf("kind %v: %v", fault.KindOf(err), err)
		}
		if !strings.HasPrefix(fault.Message(err), "body") {
			t.Fatalf("the message names no place: %q", fault.Message(err))
		}
		return
	}
	if _, err := value.Parse(d.Data.Text(), value.Limits{}); err != nil {
		t.Fatalf("the value is no JSON within the limits: %v\n%s", err, d.Data.Text())
	}
}
