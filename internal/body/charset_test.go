package body

import (
	"os"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// The word for "test" in the charsets that senders use.
const (
	testGBK      = "\xb2\xe2\xca\xd4"           // 测试
	testEUCKR    = "\xc5\xd7\xbd\xba\xc6\xae"   // 테스트
	testShiftJIS = "\x83\x65\x83\x58\x83\x67"   // テスト
	testISO2022  = "\x1b$B%F%9%H\x1b(B"         // テスト
	testUTF16LE  = "t\x00e\x00=\xd8\x00\xde"    // te😀
	testUTF16BE  = "\x00t\x00e\xd8\x3d\xde\x00" // te😀
	testLatin1   = "caf\xe9"                    // café
	testBig5     = "\xb4\xfa\xb8\xd5"           // 測試
	testGB18030  = "\xb2\xe2\x81\x30\x84\x36"   // 测 and a character in four bytes
	testWin1251  = "\xf2\xe5\xf1\xf2"           // тест
	byteOrderLE  = "\xff\xfe"
	byteOrderBE  = "\xfe\xff"
)

func TestBodiesInOtherCharsetsAreDecoded(t *testing.T) {
	for _, c := range []struct{ name, contentType, in, want string }{
		{"JSON in GBK", "application/json; charset=GBK", `{"a":"` + testGBK + `"}`, `{"a":"测试"}`},
		{"JSON in Latin-1", "application/json; charset=ISO-8859-1", `{"a":"` + testLatin1 + `"}`, `{"a":"café"}`},
		{"JSON in UTF-16 with a mark", "application/json; charset=utf-16", byteOrderLE + "1\x00", `1`},
		{"JSON in UTF-16 without one", "application/json; charset=utf-16", "\x001", `1`},
		{"text in EUC-KR", "text/plain; charset=euc-kr", testEUCKR, `"테스트"`},
		{"text in KS C 5601", "text/plain; charset=ks_c_5601-1987", testEUCKR, `"테스트"`},
		{"text in Shift_JIS", "text/plain; charset=Shift_JIS", testShiftJIS, `"テスト"`},
		{"text in ISO-2022-JP", "text/plain; charset=iso-2022-jp", testISO2022, `"テスト"`},
		{"text in UTF-16LE", "text/plain; charset=utf-16le", testUTF16LE, `"te😀"`},
		{"text in UTF-16BE", "text/plain; charset=utf-16be", testUTF16BE, `"te😀"`},
		{"a mark against the label", "text/plain; charset=utf-16be", byteOrderLE + testUTF16LE, `"te😀"`},
		{"a UTF-8 mark against the label", "text/plain; charset=gbk", byteOrderMark + "测", `"测"`},
		{"text in Big5", "text/plain; charset=big5", testBig5, `"測試"`},
		{"text in GB 18030", "text/plain; charset=gb18030", testGB18030, `"测¥"`},
		{"text in GB 2312", "text/plain; charset=gb2312", testGBK, `"测试"`},
		{"text in Windows-1251", `text/plain; charset="windows-1251"`, testWin1251, `"тест"`},
		{"ASCII in another charset", "text/plain; charset=gbk", `a\~`, `"a\\~"`},
		{"a form in GBK", typeForm + "; charset=GBK", "%B2%E2%CA%D4=%B2%E2&a=1&b[%B2%E2]=" + testGBK, `{"测试":"测","a":"1","b":{"测":"测试"}}`},
		{"a form that says it itself", typeForm, "a=%B2%E2&_charset_=gbk", `{"a":"测","_charset_":"gbk"}`},
		{"the form goes first", typeForm + "; charset=gbk", "_charset_=UTF-8&a=%E6%B5%8B", `{"_charset_":"UTF-8","a":"测"}`},
		{"an empty charset field", typeForm + "; charset=gbk", "_charset_=&a=%B2%E2", `{"_charset_":"","a":"测"}`},
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

func TestInvalidBytesAreReportedWithTheirOffset(t *testing.T) {
	long := strings.Repeat(testGBK, 1000)
	for _, c := range []struct{ name, contentType, in, says string }{
		{"GBK", "text/plain; charset=gbk", "a" + testGBK + "\xff", "it is not GBK at byte 5"},
		{"GBK cut off", "text/plain; charset=gbk", long + "\xb2", "at byte 4000"},
		{"GBK far away", "text/plain; charset=gbk", long + "\xff" + long, "at byte 4000"},
		{"EUC-KR", "text/plain; charset=euc-kr", testEUCKR + "\xff\xff", "it is not EUC-KR at byte 6"},
		{"Shift_JIS", "text/plain; charset=sjis", "\x83\x65\xfd", "it is not SHIFT_JIS at byte 2"},
		{"ISO-2022-JP", "text/plain; charset=iso-2022-jp", testISO2022 + "\xff", "at byte 12"},
		{"ISO-2022-JP within", "text/plain; charset=iso-2022-jp", "\x1b$B%F%9\xff\xff\x1b(B", "at byte 7"},
		{"GB 18030", "text/plain; charset=gb18030", testGB18030 + "\x81\x30", "at byte 6"},
		{"Windows-1253", "text/plain; charset=windows-1253", "ab\xaac", "at byte 2"},
		{"a lone surrogate", "text/plain; charset=utf-16le", "a\x00\x3d\xd8a\x00", "it is not UTF-16LE at byte 2"},
		{"half a pair at the end", "text/plain; charset=utf-16le", "a\x00\x3d\xd8", "at byte 2"},
		{"half a unit", "text/plain; charset=utf-16", byteOrderLE + "a\x00a", "it is not UTF-16 at byte 4"},
		{"a field", typeForm + "; charset=gbk", "ok=1&a=x%FF", `the field "a" is not GBK at byte 1 of its value`},
		{"the name of a field", typeForm + "; charset=gbk", "ok=1&a%FF=x", "is not GBK at byte 1"},
		{"broken JSON in GBK", "application/json; charset=gbk", `{"` + testGBK + `":}`, "at byte 10 of the text in UTF-8 (line 1, column 11)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.contentType, []byte(c.in), Limits{})
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
	_, err := Decode(typeForm+"; charset=utf-16", []byte("a=1"), Limits{})
	if !fault.Is(err, fault.Unsupported) || !strings.Contains(fault.Message(err), "a form cannot be encoded in UTF-16") {
		t.Errorf("a form in UTF-16: %v", err)
	}
}

func TestRawBodyIsDecodedToUTF8(t *testing.T) {
	for _, c := range []struct{ contentType, in, want string }{
		{"text/plain; charset=gbk", testGBK, "测试"},
		{"application/json; charset=gbk", ` "` + testGBK + `"`, ` "测试"`},
		{"application/xml; charset=gbk", "<a>" + testGBK + "</a>", "<a>测试</a>"},
		{typeForm + "; charset=gbk", "a=%B2%E2", "a=%B2%E2"},
		{"application/json", byteOrderMark + "1", byteOrderMark + "1"},
	} {
		req := hook.Request{ContentType: c.contentType, Body: []byte(c.in)}
		got, err := Context(req)
		if err != nil || got.RawBody != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.contentType, got.RawBody, err, c.want)
		}
	}
}

func TestDecodeAlipayNotification(t *testing.T) {
	raw, err := os.ReadFile("testdata/alipay_notify.urlencoded.txt")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode("application/x-www-form-urlencoded; charset=utf-8", raw, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"subject": `"测试商品+A & B 100% - 1"`, "gmt_create": `"2026-03-02 16:15:30"`, "total_amount": `"12.50"`, "charset": `"utf-8"`,
		"fund_bill_list": `"[{\"amount\":\"10.00\",\"fundChannel\":\"ALIPAYACCOUNT\"},{\"amount\":\"2.50\",\"fundChannel\":\"COUPON\"}]"`,
	} {
		if got := got.Data.Get(name).Text(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
