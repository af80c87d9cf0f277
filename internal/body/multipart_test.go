package body

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
)

const multipartB = "multipart/form-data; boundary=b"

// part writes one part of a body with the boundary b.
func part(headers, content string) string {
	return "--b\r\n" + strings.ReplaceAll(headers, "\n", "\r\n") + "\r\n\r\n" + content + "\r\n"
}

func TestMultipartFieldsNestLikeForms(t *testing.T) {
	in := "preamble\r\n" +
		part(`Content-Disposition: form-data; name="a[b]"`, "1") +
		part(`content-disposition: form-data; name="a[c][]"`+"\nContent-Type: text/plain; charset=UTF-8", "two\r\nlines") +
		part(`Content-Disposition: form-data; name="日本"`, "語") +
		part(`Content-Disposition: form-data; name=q`+"\nContent-Transfer-Encoding: quoted-printable", "=41=42") +
		part(`Content-Disposition: form-data; name="a.b"`, "") +
		"--b--\r\nepilogue"
	want := `{"a":{"b":"1","c":["two\r\nlines"]},"日本":"語","q":"AB","a.b":""}`
	got, err := Decode(multipartB, []byte(in), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Data.Text() != want {
		t.Errorf("got %s\nwant %s", got.Data.Text(), want)
	}
}

func TestDecodeInboundMail(t *testing.T) {
	raw, err := os.ReadFile("testdata/form_multipart_inbound_mail.txt")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode("multipart/form-data; boundary=xYzHarbour17", raw, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Data.Len() != 13 || got.Data.Get("envelope").Text() != `"{\"to\":[\"orders@inbound.example.com\"],\"from\":\"purchasing@example.com\"}"` {
		t.Errorf("%d fields: %s", got.Data.Len(), got.Data.Text())
	}
}

func TestInvalidMultipartIsRefused(t *testing.T) {
	const name = `Content-Disposition: form-data; name="a"`
	var headers strings.Builder
	for i := range MaxPartHeaders {
		fmt.Fprintf(&headers, "\nX-%d: 1", i)
	}
	for _, c := range []struct {
		name, contentType, in string
		kind                  fault.Kind
		says                  string
	}{
		{"no boundary", "multipart/form-data", part(name, "x"), fault.Invalid, "names no boundary"},
		{"another boundary", "multipart/form-data; boundary=c", part(name, "x") + "--b--", fault.Invalid, "not complete"},
		{"no end", multipartB, part(name, "x"), fault.Invalid, "not complete"},
		{"cut off in a part", multipartB, "--b\r\n" + name + "\r\n\r\nx", fault.Invalid, "not complete"},
		{"cut off in the headers", multipartB, "--b\r\n" + name, fault.Invalid, "not complete"},
		{"no name", multipartB, part("Content-Disposition: form-data", "x") + "--b--", fault.Invalid, "a part has no name"},
		{"no disposition", multipartB, part("X-A: b", "x") + "--b--", fault.Invalid, "a part has no name"},
		{"a charset", multipartB, part(name+"\nContent-Type: text/plain; charset=x", "x") + "--b--", fault.Unsupported, `the part "a" has the charset "x"`},
		{"not in its charset", multipartB, part(name+"\nContent-Type: text/plain; charset=gbk", "x\xff") + "--b--", fault.Invalid, `the field "a" is not GBK at byte 1 of its value`},
		{"an encoding", multipartB, part(name+"\nContent-Transfer-Encoding: x-uuencode", "eA==") + "--b--", fault.Unsupported, "Content-Transfer-Encoding"},
		{"broken Base64", multipartB, part(name+"\nContent-Transfer-Encoding: base64", "e$") + "--b--", fault.Invalid, "not complete"},
		{"long headers", multipartB, part(name+"\nX: "+strings.Repeat("x", MaxPartHeaderBytes), "x") + "--b--", fault.TooLarge, "longer than 8192 bytes"},
		{"a name that is not UTF-8", multipartB, part("Content-Disposition: form-data; name=\"a\xff\"", "x") + "--b--", fault.Invalid, "is not UTF-8 at byte 1"},
		{"not UTF-8", multipartB, part(name, "\xff") + "--b--", fault.Invalid, `the field "a" is not UTF-8`},
		{"too many headers", multipartB, part(name+headers.String(), "x") + "--b--", fault.TooLarge, "more than 16 header lines"},
		{"too many parts", multipartB, strings.Repeat(part(name, ""), DefaultFields+1) + "--b--", fault.TooLarge, "more than 10000 fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.contentType, []byte(c.in), Limits{})
			if !fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("got %v, want kind %v saying %q", err, c.kind, c.says)
			}
		})
	}
}
