package value_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

func TestGetAndAtSkipToTheExactText(t *testing.T) {
	v := mustParse(t, ` { "a" : [ 1.0 , "x\u0041" , { "b" : null } ] , "dup":1, "\u0064up" : 2e3, "":[] } `)
	for _, c := range []struct {
		got  value.Value
		text string
		kind value.Kind
	}{
		{v.Get("a").At(0), "1.0", value.KindNumber},
		{v.Get("a").At(1), `"x\u0041"`, value.KindString},
		{v.Get("a").At(-1).Get("b"), "null", value.KindNull},
		{v.Get("a").At(3), "null", value.KindMissing},
		{v.Get("a").At(-4), "null", value.KindMissing},
		{v.Get("a").Get("a"), "null", value.KindMissing},
		{v.Get("dup"), "2e3", value.KindNumber},
		{v.Get(""), "[]", value.KindArray},
		{v.Get(`\u0064up`), "null", value.KindMissing},
		{v.At(0), "null", value.KindMissing},
		{value.Value{}.Get("x"), "null", value.KindMissing},
	} {
		if c.got.Text() != c.text || c.got.Kind() != c.kind {
			t.Errorf("got %v %s, want %v %s", c.got.Kind(), c.got, c.kind, c.text)
		}
	}
	if s, _ := v.Get("a").At(1).Str(); s != "xA" {
		t.Errorf("Str = %q", s)
	}
	if v.Len() != 4 || v.Get("a").Len() != 3 || v.Get("").Len() != 0 {
		t.Error("Len is wrong")
	}
}

func TestIteratorsKeepOrderAndStop(t *testing.T) {
	v := mustParse(t, `{"z":1,"a":2,"10":3,"z":4}`)
	var names []string
	for name := range v.Members() {
		names = append(names, name)
	}
	if want := []string{"z", "a", "10", "z"}; !slices.Equal(names, want) {
		t.Errorf("members %q, want %q", names, want)
	}
	for range v.Members() {
		break
	}
	for range mustParse(t, "[1,2]").Elements() {
		break
	}
}

func TestStrDecodesEveryEscape(t *testing.T) {
	for text, want := range map[string]string{
		`"plain"`: "plain", `"\"\\\/\b\f\n\r\t"`: "\"\\/\b\f\n\r\t",
		`"\u00e9\u4e2d"`: "é中", `"\ud83d\ude00!"`: "😀!", `"\uD83D\uDE00"`: "😀",
		`"\ud83d"`: "\ufffd", `"\ude00\ud83d"`: "\ufffd\ufffd", `"\ud83dA"`: "\ufffdA", `"\ud83d\u0041"`: "\ufffdA",
	} {
		if got, ok := mustParse(t, text).Str(); !ok || got != want {
			t.Errorf("%s decodes to %q, want %q", text, got, want)
		}
	}
}

func TestStringRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		v := value.String(s)
		if got, _ := v.Str(); got != s {
			t.Fatalf("%q came back as %q", s, got)
		}
		var std string
		if err := json.Unmarshal([]byte(v.Text()), &std); err != nil || std != s {
			t.Fatalf("%s reads as %q, %v", v, std, err)
		}
	})
	if got := value.String("a\xffb").Text(); got != "\"a\ufffdb\"" {
		t.Errorf("invalid UTF-8 became %q", got)
	}
}

func TestBuildersWriteWhatTheyWereGiven(t *testing.T) {
	var o value.ObjectBuilder
	var a value.ArrayBuilder
	a.Add(value.Int(1)).Add(value.Value{}).Add(mustParse(t, "1.50"))
	o.Set("b", value.Bool(true)).Set("gone", value.Value{}).Set("q\"", a.Value()).Set("n", value.Null())
	if got, want := o.Value().Text(), `{"b":true,"q\"":[1,1.50],"n":null}`; got != want {
		t.Errorf("built %s, want %s", got, want)
	}
	if o.Value().Text() != "{}" || a.Value().Text() != "[]" {
		t.Error("a builder is not empty after Value")
	}
}

func TestFromGoValues(t *testing.T) {
	type small struct {
		Name string      `json:"name"`
		V    value.Value `json:"v"`
	}
	for _, c := range []struct {
		in   any
		want string
	}{
		{nil, "null"}, {true, "true"}, {"<&>", `"<&>"`}, {int64(math.MaxInt64), "9223372036854775807"},
		{uint64(math.MaxUint64), "18446744073709551615"}, {0.1, "0.1"}, {1e21, "1e+21"}, {float32(0.5), "0.5"},
		{json.Number("1.00"), "1.00"}, {map[string]any{"b": 1, "a": []string{"x"}}, `{"a":["x"],"b":1}`},
		{[]value.Value{{}, value.Int(2)}, "[null,2]"}, {small{"a<b", value.Trusted("1.0")}, `{"name":"a<b","v":1.0}`},
		{map[string]string{}, "{}"}, {[]int{1, 2}, "[1,2]"},
	} {
		got, err := value.From(c.in)
		if err != nil || got.Text() != c.want {
			t.Errorf("From(%#v) = %s, %v; want %s", c.in, got, err, c.want)
		}
	}
	for _, bad := range []any{math.NaN(), []any{math.Inf(1)}, map[string]any{"a": json.Number("x")}, make(chan int)} {
		if v, err := value.From(bad); err == nil {
			t.Errorf("From(%T) = %s, want an error", bad, v)
		}
	}
}

func TestEqualComparesValuesNotTexts(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1", "1.0", true}, {"9007199254740993", "9007199254740992", false},
		{`{"a":1,"b":[2,{}]}`, ` {"b":[2.0,{ }],"a":10e-1}`, true},
		{`{"a":1,"a":2}`, `{"a":2}`, true}, {`{"a":2,"a":1}`, `{"a":2}`, false},
		{`"\u0041"`, `"A"`, true}, {`"1"`, "1", false}, {"[1,2]", "[2,1]", false}, {"[1]", "[1,2]", false},
		{"null", "false", false}, {"{}", "[]", false}, {"-0", "0", true},
	} {
		a, b := mustParse(t, c.a), mustParse(t, c.b)
		if value.Equal(a, b) != c.want || value.Equal(b, a) != c.want {
			t.Errorf("Equal(%s, %s) is not %v", c.a, c.b, c.want)
		}
	}
	if value.Equal(value.Value{}, value.Null()) {
		t.Error("Missing equals null")
	}
	deep := strings.Repeat("[", 100_000) + "1" + strings.Repeat("]", 100_000)
	value.Equal(value.Trusted(deep), value.Trusted(deep+" ")) // must return
}

func TestCloneIsIndependent(t *testing.T) {
	v := mustParse(t, `{"a":"b"}`)
	if diff := cmp.Diff(v.Text(), v.Clone().Text()); diff != "" || v.Clone() != v {
		t.Error(diff)
	}
}
