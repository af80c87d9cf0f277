package value_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"hookline.dev/hookline/internal/value"
)

func mustParse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.Parse(text, value.Limits{})
	if err != nil {
		t.Fatalf("Parse(%.60q): %v", text, err)
	}
	return v
}

// payloads returns the bodies that providers send, by file name.
func payloads(t testing.TB) map[string]string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"testdata/*.json", "../../examples/payloads/*.json"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no payloads in %s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	texts := map[string]string{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(file)] = string(b)
	}
	return texts
}

func TestParseKeepsPayloadsExactly(t *testing.T) {
	for name, text := range payloads(t) {
		if got := mustParse(t, text).Text(); got != strings.TrimSpace(text) {
			t.Errorf("%s: text changed", name)
		}
	}
}

func TestParseTellsKinds(t *testing.T) {
	for text, want := range map[string]value.Kind{
		` null `: value.KindNull, "true": value.KindBool, "\tfalse\n": value.KindBool,
		"0": value.KindNumber, "-0": value.KindNumber, "1.50e+10": value.KindNumber,
		`""`: value.KindString, `"\ud800"`: value.KindString, `"한글"`: value.KindString,
		"[]": value.KindArray, "[ 1 , [ ] ]": value.KindArray,
		"{}": value.KindObject, `{ "a" : { } , "a" : 1 }`: value.KindObject,
	} {
		v := mustParse(t, text)
		if v.Kind() != want {
			t.Errorf("Parse(%q) is a %v, want %v", text, v.Kind(), want)
		}
		if v.Text() != strings.Trim(text, " \t\n") {
			t.Errorf("Parse(%q) has text %q", text, v.Text())
		}
	}
}

func TestParseRefusesWithPlaceAndReason(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		reason string
	}{
		{"", 0, "empty"},
		{"  ", 2, "empty"},
		{"nul", 0, "a value was expected"},
		{"[1,]", 3, "a value was expected"},
		{"[1 2]", 3, "comma or ]"},
		{`{"a":1,}`, 7, "a key in double quotes"},
		{`{a:1}`, 1, "a key in double quotes"},
		{`{"a" 1}`, 5, "a colon"},
		{`{"a":1 "b"}`, 7, "comma or }"},
		{`[1`, 2, "ends inside an array or object"},
		{`"abc`, 4, "ends inside a string"},
		{`"\x"`, 1, "not a valid escape"},
		{`"\u12g4"`, 1, "not a valid escape"},
		{"\"a\nb\"", 2, "control character"},
		{"\"0123456789\xff\"", 11, "not UTF-8"},
		{"\"\xed\xa0\x80\"", 1, "not UTF-8"},
		{"01", 1, "more text"},
		{"1.", 2, "a digit"},
		{"-", 1, "a digit"},
		{"1e+", 3, "a digit"},
		{"1 2", 2, "more text"},
		{"\ufeff1", 0, "a value was expected"},
		{strings.Repeat("[", 65), 64, "nest deeper than 64"},
		{strings.Repeat(`{"a":`, 10000), 64 * 5, "nest deeper than 64"},
	} {
		_, err := value.Parse(c.text, value.Limits{})
		var syntax *value.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%.40q) = %v, want a SyntaxError", c.text, err)
			continue
		}
		if syntax.Offset != c.offset || !strings.Contains(syntax.Reason, c.reason) {
			t.Errorf("Parse(%.40q): %v; want offset %d and %q", c.text, err, c.offset, c.reason)
		}
	}
}

func TestParseBoundsLengthAndDepth(t *testing.T) {
	if _, err := value.Parse("[1,2]", value.Limits{Bytes: 4}); err == nil {
		t.Error("a text over the bound was taken")
	}
	deep := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	if _, err := value.Parse(deep, value.Limits{Depth: 200}); err != nil {
		t.Errorf("depth 200 of 200: %v", err)
	}
	if _, err := value.Parse(deep, value.Limits{Depth: 199}); err == nil {
		t.Error("depth 200 of 199 was taken")
	}
	bottomless := strings.Repeat("[", value.MaxDepth+1) + strings.Repeat("]", value.MaxDepth+1)
	if _, err := value.Parse(bottomless, value.Limits{Depth: 1 << 30}); err == nil {
		t.Error("MaxDepth did not hold")
	}
}

func TestUnmarshalCopiesItsInput(t *testing.T) {
	data := []byte(`{"n":1.0}`)
	var v value.Value
	if err := v.UnmarshalJSON(data); err != nil {
		t.Fatal(err)
	}
	copy(data, "XXXXXXXXX")
	if v.Text() != `{"n":1.0}` {
		t.Errorf("text is %q", v.Text())
	}
	out, err := json.Marshal(struct{ V, Missing value.Value }{V: v})
	if err != nil || string(out) != `{"V":{"n":1.0},"Missing":null}` {
		t.Errorf("Marshal = %s, %v", out, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,{"b\u0041":"\ud83d\ude00"}],"":null}`, "[[[]]]", "-0", "\"\x80\"", `"\\\""`, "[1,]", "nulll", `{"a":1,"a":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text, value.Limits{Depth: 500})
		var syntax *value.SyntaxError
		if errors.As(err, &syntax) && strings.HasPrefix(syntax.Reason, "arrays and objects nest") {
			return
		}
		if want := json.Valid([]byte(text)) && utf8.ValidString(text); (err == nil) != want {
			t.Fatalf("Parse(%q) = %v, but valid is %v", text, err, want)
		}
		walk(value.Trusted(text), 0) // must not panic on any text
		if err != nil {
			return
		}
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			return // a number out of range of float64
		}
		sameAsStandard(t, v, want)
		if !value.Equal(v, rebuilt(v)) {
			t.Fatalf("%q is not equal to what its parts build", text)
		}
	})
}

func walk(v value.Value, depth int) {
	v.Str()
	v.Int()
	v.Float()
	v.Get("a")
	v.At(-1)
	if depth > 20 {
		return
	}
	for _, m := range v.Members() {
		walk(m, depth+1)
	}
	for e := range v.Elements() {
		walk(e, depth+1)
	}
}

func rebuilt(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindObject:
		var b value.ObjectBuilder
		for name, m := range v.Members() {
			b.Set(name, rebuilt(m))
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		for e := range v.Elements() {
			b.Add(rebuilt(e))
		}
		return b.Value()
	case value.KindString:
		s, _ := v.Str()
		return value.String(s)
	}
	return v
}

func sameAsStandard(t *testing.T, v value.Value, want any) {
	t.Helper()
	switch want := want.(type) {
	case nil:
		if v.Kind() != value.KindNull {
			t.Fatalf("%q is no null", v)
		}
	case string:
		if s, ok := v.Str(); !ok || s != want {
			t.Fatalf("%q decodes to %q, want %q", v, s, want)
		}
	case float64:
		if f, _ := v.Float(); f != want {
			t.Fatalf("%q is %v, want %v", v, f, want)
		}
	case bool:
		if b, ok := v.AsBool(); !ok || b != want {
			t.Fatalf("%q is %v", v, b)
		}
	case []any:
		if v.Len() != len(want) {
			t.Fatalf("%q has %d elements, want %d", v, v.Len(), len(want))
		}
		for i, w := range want {
			sameAsStandard(t, v.At(i), w)
		}
	case map[string]any:
		for name, w := range want {
			sameAsStandard(t, v.Get(name), w)
		}
	}
}
