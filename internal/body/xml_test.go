package body

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
)

func TestXMLBecomesAnObject(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text alone", `<a>x</a>`, `{"a":"x"}`},
		{"nothing", `<a/>`, `{"a":""}`},
		{"nothing between tags", `<a></a>`, `{"a":""}`},
		{"only blanks", "<a> \n</a>", `{"a":" \n"}`},
		{"attributes and text", `<a b="1" c='2'>x</a>`, `{"a":{"@b":"1","@c":"2","#text":"x"}}`},
		{"attributes alone", `<a b="1"/>`, `{"a":{"@b":"1"}}`},
		{"numbers stay text", `<a><b>1.0</b><c>true</c></a>`, `{"a":{"b":"1.0","c":"true"}}`},
		{"blanks between elements go", "<a>\n  <b>1</b>\n  <c>2</c>\n</a>", `{"a":{"b":"1","c":"2"}}`},
		{"repeated elements", `<a><b>1</b><c/><b>2</b><b x="y"/></a>`, `{"a":{"b":["1","2",{"@x":"y"}],"c":""}}`},
		{"mixed content", `<p i="1">Hello <b>big</b> world <i/>!</p>`, `{"p":{"@i":"1","#text":"Hello  world !","b":"big","i":""}}`},
		{"text comes where it began", `<p> <b/>x<c/> </p>`, `{"p":{"b":"","#text":"x","c":""}}`},
		{"prefixes stay", `<s:Envelope xmlns:s="urn:x" xmlns="d"><s:Body s:a="1"/></s:Envelope>`, `{"s:Envelope":{"@xmlns:s":"urn:x","@xmlns":"d","s:Body":{"@s:a":"1"}}}`},
		{"the five entities", `<a b="&quot;&apos;">&lt;&amp;&gt;</a>`, `{"a":{"@b":"\"'","#text":"<&>"}}`},
		{"references to characters", `<a>&#65;&#x42;&#x1F600;&#13;</a>`, `{"a":"AB😀\r"}`},
		{"CDATA is text", `<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]> x</a>`, `{"a":"<b>&amp;]]> x"}`},
		{"comments and instructions vanish", `<?xml version="1.0"?><!-- c --><?pi x?><a>x<!-- - -->y<?php ?>z</a><!----> `, `{"a":"xyz"}`},
		{"a declaration", "<?xml version='1.0' encoding=\"UTF-8\" standalone = 'yes' ?>\n<a/>", `{"a":""}`},
		{"a byte order mark", byteOrderMark + `<?xml version="1.0" encoding="gbk"?><a>测</a>`, `{"a":"测"}`},
		{"line ends", "<a b='x\r\ny\tz\n'>1\r\n2\r3<![CDATA[\r\n]]></a>", `{"a":{"@b":"x y z ","#text":"1\n2\n3\n"}}`},
		{"blanks within tags", "<a\n b = \"1\"\t ></a\n>", `{"a":{"@b":"1"}}`},
		{"names of other scripts", `<测试 é·="1"><a-1.b_/></测试>`, `{"测试":{"@é·":"1","a-1.b_":""}}`},
		{"> in text", `<a b=">">]]&gt; > ]></a>`, `{"a":{"@b":">","#text":"]]> > ]>"}}`},
		{"names of JavaScript's own", `<__proto__ constructor="1"><toString/></__proto__>`, `{"__proto__":{"@constructor":"1","toString":""}}`},
		{"in GBK", `<?xml version="1.0" encoding="GBK"?><a>` + testGBK + `</a>`, `{"a":"测试"}`},
		{"in UTF-16", byteOrderBE + "\x00<\x00a\x00/\x00>", `{"a":""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode("text/xml", []byte(c.in), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Data.Text() != c.want {
				t.Errorf("got %s\nwant %s", got.Data.Text(), c.want)
			}
		})
	}
}

func TestXMLMediaTypes(t *testing.T) {
	for _, contentType := range []string{"application/xml", "text/xml; charset=utf-8", "application/soap+xml", "image/svg+xml"} {
		if got, err := Decode(contentType, []byte("<a/>"), Limits{}); err != nil || got.Data.Text() != `{"a":""}` {
			t.Errorf("%s: %s, %v", contentType, got.Data.Text(), err)
		}
	}
	got, err := Decode("text/xml; charset=gbk", []byte(`<?xml version="1.0" encoding="UTF-8"?><a>`+testGBK+`</a>`), Limits{})
	if err != nil || got.Data.Text() != `{"a":"测试"}` {
		t.Errorf("the Content-Type goes before the declaration: %s, %v", got.Data.Text(), err)
	}
}

func TestDecodeWeChatPayNotification(t *testing.T) {
	raw, err := os.ReadFile("testdata/wechatpay_notify.xml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode("text/xml", raw, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"appid": `"wx0000000000000017"`, "total_fee": `"1250"`, "coupon_fee": `["10","100"]`,
		"attach": `"码头泊位 <B-07> & 3 晚"`, "device_info": `""`,
	} {
		if got := got.Data.Get("xml").Get(name).Text(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestInvalidXMLIsRefused(t *testing.T) {
	var attributes strings.Builder
	for i := range MaxAttributes + 1 {
		fmt.Fprintf(&attributes, " a%d=''", i)
	}
	for _, c := range []struct {
		name, in string
		kind     fault.Kind
		says     string
	}{
		{"a document type", `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, fault.Invalid, "at byte 0 (line 1, column 1): document types and entities are refused"},
		{"an external one", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, fault.Invalid, "send the document without DOCTYPE"},
		{"in lower case", "<?xml version='1.0'?>\n<!doctype a><a/>", fault.Invalid, "at byte 22 (line 2, column 1): document types"},
		{"an entity in the content", `<a><!ENTITY x "y"></a>`, fault.Invalid, "document types and entities"},
		{"an entity of nobody", `<a>&nbsp;</a>`, fault.Invalid, "at byte 3 (line 1, column 4): & does not begin"},
		{"a lone ampersand", `<a b="x & y"/>`, fault.Invalid, "at byte 8"},
		{"an ampersand at the end", `<a>&`, fault.Invalid, "& does not begin"},
		{"a reference to no character", `<a>&#0;</a>`, fault.Invalid, "or a valid &#…; reference"},
		{"a reference to a surrogate", `<a>&#xD800;</a>`, fault.Invalid, "or a valid &#…; reference"},
		{"a reference too large", `<a>&#x110000;</a>`, fault.Invalid, "or a valid &#…; reference"},
		{"a reference without digits", `<a>&#x;</a>`, fault.Invalid, "or a valid &#…; reference"},
		{"a signed reference", `<a>&#+65;</a>`, fault.Invalid, "or a valid &#…; reference"},
		{"tags that do not match", `<a><b></a></b>`, fault.Invalid, "at byte 6 (line 1, column 7): </a> was found where </b> was expected"},
		{"a prefix that does not match", `<x:a></y:a>`, fault.Invalid, "</y:a> was found where </x:a> was expected"},
		{"no end", `<a><b/>`, fault.Invalid, "at byte 7 (line 1, column 8): it ends before </a>"},
		{"an end too many", `<a/></a>`, fault.Invalid, "</a> closes nothing"},
		{"two roots", `<a/><b/>`, fault.Invalid, "at byte 4 (line 1, column 5): a second root element"},
		{"no root", `<!-- -->`, fault.Invalid, "it has no root element"},
		{"only blanks", " \n", fault.Invalid, "it has no root element"},
		{"text before", `x<a/>`, fault.Invalid, "at byte 0 (line 1, column 1): text outside the root element"},
		{"text behind", `<a/> x`, fault.Invalid, "at byte 5"},
		{"CDATA behind", `<a/><![CDATA[x]]>`, fault.Invalid, "CDATA without its end, or outside"},
		{"JSON", `{"a":1}`, fault.Invalid, "text outside the root element"},
		{"an attribute twice", `<a b="1" b="2"/>`, fault.Invalid, "the attribute b appears twice"},
		{"an attribute without a value", `<a b/>`, fault.Invalid, "the attribute b needs a value in quotes"},
		{"a value without quotes", `<a b=1/>`, fault.Invalid, "needs a value in quotes"},
		{"a value without end", `<a b="1/>`, fault.Invalid, "the value of b has no end"},
		{"attributes without a blank", `<a b="1"c="2"/>`, fault.Invalid, "a blank was expected before an attribute"},
		{"< in a value", `<a b="<"/>`, fault.Invalid, "at byte 6 (line 1, column 7): < in the value"},
		{"a tag without a name", `< a/>`, fault.Invalid, "the name of an element was expected"},
		{"a name that begins with a digit", `<1a/>`, fault.Invalid, "the name of an element was expected"},
		{"an empty prefix", `<:a/>`, fault.Invalid, "the name of an element was expected"},
		{"two colons", `<a:b:c/>`, fault.Invalid, "an attribute or the end of the tag was expected"},
		{"a tag without end", `<a`, fault.Invalid, "an attribute or the end of the tag"},
		{"a closing tag without end", `<a></a`, fault.Invalid, "a closing tag without a name"},
		{"a comment without end", `<a><!-- </a>`, fault.Invalid, "a comment without its end"},
		{"a comment with two dashes", `<a><!-- -- --></a>`, fault.Invalid, "with -- within"},
		{"a comment with three", `<a><!-- ---></a>`, fault.Invalid, "with -- within"},
		{"CDATA without end", `<a><![CDATA[ </a>`, fault.Invalid, "CDATA without its end"},
		{"the end of CDATA alone", `<a>]]></a>`, fault.Invalid, "]]> outside of CDATA"},
		{"an instruction without end", `<a><?x </a>`, fault.Invalid, "a processing instruction without"},
		{"a declaration that is late", ` <?xml version="1.0"?><a/>`, fault.Invalid, "a declaration that is not at the start"},
		{"another version", `<?xml version="1.1"?><a/>`, fault.Invalid, `must begin with version="1.0"`},
		{"no version", `<?xml encoding="utf-8"?><a/>`, fault.Invalid, `must begin with version="1.0"`},
		{"more in the declaration", `<?xml version="1.0" x="y"?><a/>`, fault.Invalid, "may hold version, encoding and standalone"},
		{"a declaration without end", `<?xml version="1.0"`, fault.Invalid, "the declaration has no end"},
		{"a control character", "<a>\x01</a>", fault.Invalid, "at byte 3 (line 1, column 4): a character that XML does not allow"},
		{"not UTF-8", "<a>\xff</a>", fault.Invalid, "at byte 3"},
		{"U+FFFF", "<a>\uFFFF</a>", fault.Invalid, "at byte 3"},
		{"UTF-16 that is none", `<?xml version="1.0" encoding="UTF-16"?><a/>`, fault.Invalid, "its declaration says UTF-16, but it is not"},
		{"an unknown charset", `<?xml version="1.0" encoding="x-y"?><a/>`, fault.Unsupported, `it has the charset "x-y"`},
		{"bytes that GBK has not", `<?xml version="1.0" encoding="gbk"?><a>` + "\xff</a>", fault.Invalid, "it is not GBK at byte 39"},
		{"too many attributes", "<a" + attributes.String() + "/>", fault.TooLarge, "an element has more than 128 attributes"},
		{"too many elements", "<a>" + strings.Repeat("<b/>", DefaultElements) + "</a>", fault.TooLarge, "it has more than 100000 elements"},
		{"too deep", strings.Repeat("<a>", 10_000), fault.Invalid, "nest deeper than 64 levels"},
		{"arrays count too", strings.Repeat("<a><b/><b>", 32) + strings.Repeat("</b></a>", 32), fault.Invalid, "nest deeper than 64 levels, counted as objects and arrays"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode("application/xml", []byte(c.in), Limits{})
			if !fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("got %v, want kind %v saying %q", err, c.kind, c.says)
			}
		})
	}
}

func TestXMLDepthLimit(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("<a>", n) + strings.Repeat("</a>", n)) }
	got, err := Decode("application/xml", nested(64), Limits{})
	if err != nil || got.Data.Depth() != 64 {
		t.Errorf("64 levels: %d, %v", got.Data.Depth(), err)
	}
	if _, err := Decode("application/xml", nested(65), Limits{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("65 levels: %v", err)
	}
}

func FuzzXML(f *testing.F) {
	for _, s := range []string{
		`<?xml version="1.0" encoding="UTF-8"?><a b="1&amp;"><c>x</c><c/> y <![CDATA[z]]><!-- c --><?p i?></a>`,
		`<x:a xmlns:x='u'>&#65;&#x42;&lt;</x:a>`, `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "<a>\r\n<b/></a>",
		`<?xml version="1.0" encoding="gbk"?><a>` + testGBK + `</a>`, byteOrderLE + "<\x00a\x00/\x00>\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		checkDecode(t, "application/xml", raw)
		if _, err := Decode("application/xml; charset=utf-8", raw, Limits{}); err == nil && len(raw) > 0 && utf8.Valid(raw) {
			checkAgainstStandard(t, strings.TrimPrefix(string(raw), byteOrderMark))
		}
	})
}

// checkAgainstStandard compares with encoding/xml: what this package accepts is well-formed there too, with the
// same number of elements and the same text.
func checkAgainstStandard(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var theirs strings.Builder
	elements, bytes := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if strings.Contains(err.Error(), "invalid XML name") { // encoding/xml uses the names of the fourth edition
				return
			}
			t.Fatalf("encoding/xml says %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			elements++
			for _, a := range token.Attr {
				bytes += len(a.Value)
			}
		case xml.CharData:
			if elements > 0 {
				theirs.Write(token)
			}
		}
	}
	x := xmlReader{src: source{text: text}, s: text}
	root, err := x.document()
	if err != nil {
		t.Fatal(err)
	}
	var ours strings.Builder
	ourBytes := 0
	count(root, &ours, &ourBytes)
	if x.elements != elements || ourBytes != bytes {
		t.Fatalf("%d elements and %d bytes of attributes, encoding/xml has %d and %d", x.elements, ourBytes, elements, bytes)
	}
	if letters(ours.String()) != letters(theirs.String()) {
		t.Fatalf("text %q, encoding/xml has %q", ours.String(), theirs.String())
	}
}

func count(e *xmlElement, text *strings.Builder, attributes *int) {
	text.WriteString(e.text.String())
	for _, a := range e.attributes {
		*attributes += len(a.text)
	}
	for _, g := range e.children {
		count(g.first, text, attributes)
		for _, child := range g.rest {
			count(child, text, attributes)
		}
	}
}

// letters counts characters other than white space, because the two parsers order runs of text differently.
func letters(s string) [256]int {
	var n [256]int
	for i := range len(s) {
		if !isBlank(s[i]) {
			n[s[i]]++
		}
	}
	return n
}

func BenchmarkXML(b *testing.B) {
	raw, err := os.ReadFile("testdata/wechatpay_notify.xml")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode("text/xml", raw, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
