package body

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":1,"a":[true,null,-0.5e+3,"\ud83d\ude00"]}`))
	f.Add([]byte(byteOrderMark + "[]"))
	f.Fuzz(func(t *testing.T, raw []byte) { checkDecode(t, "application/json", raw) })
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{
		"a=1&a=2", "a[b]=1&a=2&a[]=3", "a=1&a[b][]=2&a[5]=x", "[a]=1&[]=2&a.b=3", "a[0].b.c[]=1",
		"a[][b]=1&a[][c]=2&a[][][]=4", "a[999999999]=1&a[0]=2", "%5B%5D=%zz&=&a]b[=1", "a[b=c]=d&x=y[z]=1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := Query(raw, Limits{})
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("kind %v: %v", k, err)
			}
			return
		}
		if _, err := value.Parse(v.Text(), value.Limits{}); err != nil || v.Kind() != value.KindObject {
			t.Fatalf("no object: %v\n%s", err, v.Text())
		}
		if pairs := strings.Count(raw, "&") + 1; strings.Count(v.Text(), `":`) > pairs*(DefaultFieldDepth+1)+2*pairs {
			t.Fatalf("%d pairs make more members than they can: %s", pairs, v.Text())
		}
	})
}

func FuzzMultipart(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\nx\r\n--b--\r\n"))
	f.Add([]byte("--b\nContent-Disposition: form-data; name=a; filename=x\n\nx\n--b--"))
	f.Add([]byte("preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41=\r\n\r\n--b--\r\nepilogue"))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=_charset_\r\n\r\ngbk\r\n--b\r\nContent-Disposition: form-data; name=\"\xb2\xe2\"; filename=\"..\\\xb2\"; filename*=gbk''%B2\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--b--"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		checkDecode(t, multipartB, raw)
		var stored memoryFiles
		req := hook.Request{ContentType: multipartB, Body: raw}
		got, files, err := ContextWithin(req, Limits{}, &stored)
		if len(files) != len(stored.contents) {
			t.Fatalf("%d files came back, %d were stored", len(files), len(stored.contents))
		}
		for i, file := range files {
			if strings.ContainsAny(file.Filename, "/\\\r\n\x00\x1b") || len(file.Filename) > MaxFilename || file.Filename == ".." {
				t.Fatalf("the name of file %d is not fit to be shown: %q", i, file.Filename)
			}
			if len(stored.contents[i]) > len(raw) {
				t.Fatalf("file %d is longer than the body", i)
			}
		}
		if err != nil {
			return
		}
		req.Files = files
		again, err := Context(req)
		if err != nil || again.Data.Text() != got.Data.Text() || again.Files.Text() != got.Files.Text() {
			t.Fatalf("from the record: %v\n%s %s\n%s %s", err, again.Data.Text(), again.Files.Text(), got.Data.Text(), got.Files.Text())
		}
	})
}

func FuzzCharset(f *testing.F) {
	for _, label := range []string{"gbk", "gb18030", "euc-kr", "shift_jis", "iso-2022-jp", "euc-jp", "big5", "utf-16", "utf-16be", "iso-8859-1", "windows-1253", "koi8-r"} {
		for _, text := range []string{testGBK, testEUCKR + "\xff", testShiftJIS, testISO2022 + "\x1b", testUTF16LE, testGB18030 + "\x81", "a%B2%E2=b"} {
			f.Add(label, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, label string, raw []byte) {
		checkDecode(t, "text/plain; charset="+label, raw)
		checkDecode(t, typeForm+"; charset="+label, raw)
		c, err := codecOf(label, "it has")
		if err != nil || c == nil {
			return
		}
		text, bad := c.decode(string(raw))
		switch {
		case bad >= 0:
			if bad >= len(raw) {
				t.Fatalf("byte %d of %d is wrong", bad, len(raw))
			}
			if _, before := c.decode(string(raw[:bad])); before >= 0 && c.name != "ISO-2022-JP" {
				t.Fatalf("byte %d is wrong, but so is %d before it", bad, before)
			}
		case c.enc != nil && strings.Contains(text, replacement):
			t.Fatalf("U+FFFD for something: %q", text)
		case len(text) > 3*len(raw):
			t.Fatalf("%d bytes of %d", len(text), len(raw))
		}
	})
}

func FuzzGzip(f *testing.F) {
	f.Add(zipped(f, `{"a":1}`))
	f.Add(append(zipped(f, "1"), zipped(f, "2")...))
	f.Add(zipped(f, "1")[:12])
	f.Fuzz(func(t *testing.T, raw []byte) {
		const limit = 1 << 16
		out, err := gunzip(raw, limit)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("kind %v: %v", k, err)
			}
			return
		}
		if len(out) > limit {
			t.Fatalf("%d bytes", len(out))
		}
		if len(raw) > 0 {
			_, _, _ = ContextWithin(encoded("gzip", "application/json", raw), Limits{Bytes: limit}, nil)
		}
	})
}

func FuzzContentType(f *testing.F) {
	for _, s := range []string{"a/b; charset=utf-8", `a/b; x="\";charset=y"; charset="z"`, ";;=;charset", `a/b;charset="`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := parameter(s, "charset"); len(got) > len(s) {
			t.Fatalf("%q has a charset longer than itself: %q", s, got)
		}
		if base := MediaType(s); strings.Contains(base, ";") {
			t.Fatalf("%q has the type %q", s, base)
		}
	})
}
