package collection_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

const (
	sum  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	file = `{"name":"up","filename":"a.txt","type":"text/plain","size":3,"sha256":"` + sum + `"}`
)

func TestEveryTypeStoresItsValuesInOneForm(t *testing.T) {
	c := everything()
	for _, row := range []struct{ field, given, stored string }{
		{"x", `1.5`, `1.50`},
		{"x", `-0.01`, `-0.01`},
		{"x", `"9999.99"`, `9999.99`},
		{"x", `1e3`, `1000.00`},
		{"x", `1.5000`, `1.50`},
		{"x", `0`, `0.00`},
		{"x", `-0`, `0.00`},
		{"day", `"2024-02-29"`, `"2024-02-29"`},
		{"mail", `"Ann.Lee+x@Example.com"`, `"Ann.Lee+x@Example.com"`},
		{"mail", `"root@localhost"`, `"root@localhost"`},
		{"mail", `"用户@例子.中国"`, `"用户@例子.中国"`},
		{"link", `"https://example.com/a?b=c#d"`, `"https://example.com/a?b=c#d"`},
		{"link", `"http://[2001:db8::1]:8080/"`, `"http://[2001:db8::1]:8080/"`},
		{"phone", `"+49 (0)30 / 123-45.67"`, `"+490301234567"`},
		{"phone", `4930123`, `"4930123"`},
		{"phone", `"112"`, `"112"`},
		{"one", `"red"`, `"red"`},
		{"one", `1`, `"1"`},
		{"some", `["green","red"]`, `["green","red"]`},
		{"some", `[ "red" , 1 ]`, `["red","1"]`},
		{"some", `"red"`, `["red"]`},
		{"some", `[]`, `[]`},
		{"some", `["a\",\"b"]`, `["a\",\"b"]`},
		{"f", file, file},
		{"f", `{"sha256":"` + sum + `","size":3.0,"type":null}`, `{"name":"","filename":"","type":"","size":3,"sha256":"` + sum + `"}`},
		{"ff", file, `[` + file + `]`},
		{"ff", `[` + file + `,` + file + `]`, `[` + file + `,` + file + `]`},
		{"ff", `[]`, `[]`},
		{"owner", `7`, `7`},
		{"owner", `"7"`, `7`},
		{"owner", `null`, `null`},
	} {
		a, broken := c.Admit(value.Trusted(`{"`+row.field+`":`+row.given+`}`), now())
		if broken != nil {
			t.Errorf("%s = %s: %+v", row.field, row.given, broken)
			continue
		}
		if got := a.JSON(7).Get(row.field).Text(); got != row.stored {
			t.Errorf("%s = %s is stored as %s, want %s", row.field, row.given, got, row.stored)
		}
	}
}

func TestValuesThatATypeRefusesAreNamed(t *testing.T) {
	c := everything()
	for _, row := range []struct{ field, given, code, says string }{
		{"x", `10000`, collection.CodeRange, "9999.99"},
		{"x", `1.234`, collection.CodeRange, "2 digits behind the point"},
		{"x", `1e30`, collection.CodeRange, "1e30"},
		{"x", `"x"`, collection.CodeType, "number"},
		{"day", `"2026-02-30"`, collection.CodeFormat, "2026-02-30"},
		{"day", `"2026-11-22T00:00:00Z"`, collection.CodeFormat, "2026-11-22"},
		{"day", `20261122`, collection.CodeType, "20261122"},
		{"mail", `"Ann <ann@example.com>"`, collection.CodeFormat, "without a name"},
		{"mail", `"ann@"`, collection.CodeFormat, "ann@"},
		{"mail", `"@example.com"`, collection.CodeFormat, "email"},
		{"mail", `"a b@example.com"`, collection.CodeFormat, "email"},
		{"mail", `" ann@example.com"`, collection.CodeFormat, "email"},
		{"mail", `"ann@example..com"`, collection.CodeFormat, "email"},
		{"mail", `"ann@-example.com"`, collection.CodeFormat, "email"},
		{"mail", `"\"ann lee\"@example.com"`, collection.CodeFormat, "email"},
		{"mail", `"ann@[192.0.2.1]"`, collection.CodeFormat, "email"},
		{"mail", `"a@b.c\r\nBcc: x@y.z"`, collection.CodeFormat, "email"},
		{"mail", `"` + strings.Repeat("a", 65) + `@example.com"`, collection.CodeFormat, "email"},
		{"mail", `5`, collection.CodeType, "number 5"},
		{"link", `"example.com"`, collection.CodeFormat, "http://"},
		{"link", `"/a/b"`, collection.CodeFormat, "http://"},
		{"link", `"ftp://example.com"`, collection.CodeFormat, "http://"},
		{"link", `"javascript:alert(1)"`, collection.CodeFormat, "http://"},
		{"link", `"https://"`, collection.CodeFormat, "http://"},
		{"link", `"https://:80/"`, collection.CodeFormat, "http://"},
		{"link", `"https://example.com/a b"`, collection.CodeFormat, "http://"},
		{"link", `"https://example.com/` + strings.Repeat("x", 2048) + `"`, collection.CodeFormat, "http://"},
		{"phone", `"call me"`, collection.CodeFormat, "phone"},
		{"phone", `"12"`, collection.CodeFormat, "3 to 15"},
		{"phone", `"1234567890123456"`, collection.CodeFormat, "3 to 15"},
		{"phone", `"49+30123"`, collection.CodeFormat, "phone"},
		{"phone", `"030 123 ext. 5"`, collection.CodeFormat, "phone"},
		{"phone", `true`, collection.CodeType, "phone"},
		{"phone", `3.14159`, collection.CodeType, "phone"},
		{"phone", `-49301`, collection.CodeType, "phone"},
		{"phone", `"-49301"`, collection.CodeFormat, "phone"},
		{"one", `"blue"`, collection.CodeOption, "red, green"},
		{"one", `"Red"`, collection.CodeOption, `did you mean "red"?`},
		{"one", `["red"]`, collection.CodeType, "one of its options"},
		{"some", `["red","blue"]`, collection.CodeOption, `"blue"`},
		{"some", `["red","red"]`, collection.CodeOption, "twice"},
		{"some", `["red",null]`, collection.CodeType, "null"},
		{"some", `{"red":true}`, collection.CodeType, "array of its options"},
		{"some", `[1,2,3,4,5]`, collection.CodeTooLarge, "4 options"},
		{"f", `"a.txt"`, collection.CodeType, "$context.files"},
		{"f", `[` + file + `]`, collection.CodeType, "multiple: true"},
		{"f", `{"size":3}`, collection.CodeFormat, "sha256"},
		{"f", `{"size":-1,"sha256":"` + sum + `"}`, collection.CodeFormat, "size"},
		{"f", `{"size":3,"sha256":"` + strings.ToUpper(sum) + `"}`, collection.CodeFormat, "lower-case"},
		{"f", `{"size":3,"sha256":"` + sum + `","path":"/etc/passwd"}`, collection.CodeFormat, `"path"`},
		{"f", `{"name":5,"size":3,"sha256":"` + sum + `"}`, collection.CodeFormat, "name"},
		{"ff", `[` + file + `,5]`, collection.CodeType, "$context.files"},
		{"ff", `[` + strings.TrimSuffix(strings.Repeat(file+",", 101), ",") + `]`, collection.CodeTooLarge, "101 files"},
		{"owner", `0`, collection.CodeType, "id of a record of people"},
		{"owner", `-1`, collection.CodeType, "id of a record of people"},
		{"owner", `{"id":5}`, collection.CodeType, ".id"},
		{"children", `[1,2]`, collection.CodeRelation, "whose parent is this one"},
	} {
		_, broken := c.Admit(value.Trusted(`{"`+row.field+`":`+row.given+`}`), now())
		if broken == nil || broken.Code != row.code || broken.Field != row.field || !strings.Contains(broken.Message, row.says) {
			t.Errorf("%s = %.80s: violation %+v, want %s saying %q", row.field, row.given, broken, row.code, row.says)
		}
	}
}

func TestAFieldTellsWhichBlobsItNames(t *testing.T) {
	c := everything()
	for field, want := range map[string]int{"f": 1, "ff": 2} {
		given := file
		if want > 1 {
			given = "[" + file + "," + file + "]"
		}
		a, broken := c.Admit(value.Trusted(`{"`+field+`":`+given+`}`), now())
		if broken != nil {
			t.Fatal(broken)
		}
		for i, f := range c.Fields {
			got := f.Hashes(a.Cells[i])
			if f.Name == field && (len(got) != want || got[0] != sum) || f.Name != field && got != nil {
				t.Errorf("%s names the blobs %v", f.Name, got)
			}
		}
	}
}

// drawRecord draws values for every field that has a column, some of them null.
func drawRecord(t *rapid.T) value.Value {
	var b value.ObjectBuilder
	put := func(name string, v value.Value) {
		if rapid.IntRange(0, 4).Draw(t, name+" is given") > 0 {
			b.Set(name, v)
		}
	}
	text := func(name, pattern string) {
		put(name, value.String(rapid.StringMatching(pattern).Draw(t, name)))
	}
	put("s", value.String(rapid.StringN(0, 50, 200).Draw(t, "s")))
	put("t", value.String(rapid.String().Draw(t, "t")))
	put("i", value.Int(rapid.Int64().Draw(t, "i")))
	if n, err := value.Float(rapid.Float64().Draw(t, "n")); err == nil {
		put("n", n)
	}
	put("x", value.Trusted(new(big.Rat).SetFrac64(rapid.Int64Range(-999999, 999999).Draw(t, "x"), 100).FloatString(2)))
	put("b", value.Bool(rapid.Bool().Draw(t, "b")))
	text("d", `20[0-9]{2}-0[1-9]-1[0-9]T0[0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|\+0[0-9]:30)`)
	text("day", `[0-9]{4}-0[1-9]-1[0-9]`)
	put("j", value.Trusted(rapid.SampledFrom([]string{`{"b":1.0, "a":[]}`, `[]`, `"x"`, `5`, `true`, `"\u0041"`}).Draw(t, "j")))
	text("mail", `[a-z]{1,9}(\.[a-z]{1,9})?@[a-z]{1,9}\.[a-z]{2,9}`)
	text("link", `https?://[a-z]{1,9}(:[0-9]{2})?(/[a-z]{0,3}){0,3}`)
	text("phone", `\+?[0-9][0-9 ./()-]{0,9}[0-9]{2}`)
	put("one", value.String(rapid.SampledFrom([]string{"red", "green", "1"}).Draw(t, "one")))
	some, _ := value.From(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"red", "green", "1", `a","b`}), 0, 4, rapid.ID[string]).Draw(t, "some"))
	put("some", some)
	put("f", value.Trusted(file))
	put("ff", value.Trusted("["+strings.TrimSuffix(strings.Repeat(file+",", rapid.IntRange(0, 3).Draw(t, "ff")), ",")+"]"))
	put("owner", value.Int(rapid.Int64Range(1, 1<<62).Draw(t, "owner")))
	return b.Value()
}

// TestWhatIsReadCanBeWrittenAgain checks for every type that a record that was read can be admitted again, and is
// then the same.
func TestWhatIsReadCanBeWrittenAgain(t *testing.T) {
	c := everything()
	rapid.Check(t, func(t *rapid.T) {
		a, broken := c.Admit(drawRecord(t), now())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		read := c.Render(7, a.Created, a.Created, a.Cells)
		if read.Text() != a.JSON(7).Text() {
			t.Fatalf("read %s, written %s", read, a.JSON(7))
		}
		if _, err := value.Parse(read.Text(), value.Limits{}); err != nil {
			t.Fatal(err)
		}
		again, broken := c.Admit(without(read), now())
		if broken != nil || again.JSON(7).Text() != read.Text() {
			t.Fatalf("read %s, written again %s %+v", read, again.JSON(7), broken)
		}
		for i, f := range c.Fields {
			if cell := a.Cells[i]; cell.Kind != collection.CellNull && cell.Kind != f.Storage() {
				t.Fatalf("%s is stored as %d, its column is %d", f.Name, cell.Kind, f.Storage())
			}
		}
	})
}

func FuzzAdmitEveryType(f *testing.F) {
	f.Add(`{"x":1.50,"day":"2024-02-29","mail":"a@b.c","link":"https://a/b","phone":"+49 30","one":"red","some":["red"],"f":` + file + `,"ff":[],"owner":1}`)
	f.Add(`{"x":"1e-2","phone":123,"some":"1","ff":` + file + `}`)
	c := everything()
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text, value.Limits{})
		if err != nil {
			return
		}
		a, broken := c.Admit(v, now())
		if broken != nil {
			if broken.Code == "" || broken.Message == "" {
				t.Fatalf("violation without words: %+v", broken)
			}
			return
		}
		again, broken := c.Admit(without(a.JSON(1)), now())
		if broken != nil || again.JSON(1).Text() != a.JSON(1).Text() {
			t.Fatalf("stored %s, stored again %s %+v", a.JSON(1), again.JSON(1), broken)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-22", "0000-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "-001-01-01", "2026-1-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := collection.ParseDatetime(s)
		if day := collection.ParseDate(s); day && (!ok || at.Format("2006-01-02") != s) {
			t.Fatalf("%q is a day, and as an instant %v %v", s, at, ok)
		}
	})
}

// FuzzDecimal compares exact numbers with package big.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"1.5", "-0.01", "9999.99", "10000", "1e3", "123456e-2", "0.001", "99999999999999999999e-16", "0e99", "-0"} {
		f.Add(s, 6, 2)
	}
	f.Fuzz(func(t *testing.T, text string, precision, scale int) {
		if precision < 1 || precision > collection.MaxPrecision || scale < 0 || scale > precision || len(text) > 100 {
			return
		}
		n, err := value.Number(text)
		if at := strings.IndexAny(text, "eE"); err != nil || at >= 0 && len(text)-at > 5 {
			return
		}
		c := collection.Collection{Name: "c", Fields: []collection.Field{{Name: "x", Type: collection.Number, Precision: precision, Scale: scale}}}
		var b value.ObjectBuilder
		a, broken := c.Admit(b.Set("x", n).Value(), now())
		exact, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q is a JSON number and no number", text)
		}
		most := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision-scale)), nil))
		shifted := new(big.Rat).Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
		fits := shifted.IsInt() && new(big.Rat).Abs(exact).Cmp(most) < 0
		if fits != (broken == nil) {
			t.Fatalf("%s in %d,%d: fits %v, violation %+v", text, precision, scale, fits, broken)
		}
		if fits && a.JSON(1).Get("x").Text() != exact.FloatString(scale) {
			t.Fatalf("%s in %d,%d is stored as %s", text, precision, scale, a.JSON(1).Get("x"))
		}
	})
}
