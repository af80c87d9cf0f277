package body

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
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
	f.Fuzz(func(t *testing.T, raw []byte) { checkDecode(t, "multipart/form-data; boundary=b", raw) })
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
