package collection_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// things is a collection with a field of each type.
func things() collection.Collection {
	return collection.Collection{Name: "things", Fields: []collection.Field{
		{Name: "s", Type: collection.String},
		{Name: "t", Type: collection.Text},
		{Name: "i", Type: collection.Integer},
		{Name: "n", Type: collection.Number},
		{Name: "b", Type: collection.Boolean},
		{Name: "d", Type: collection.Datetime},
		{Name: "j", Type: collection.JSON},
	}}
}

// now is the time at which every record in these tests is admitted.
func now() time.Time { return time.Date(2026, 11, 22, 8, 30, 0, 5000, time.FixedZone("", 3600)) }

const head = `{"id":7,"createdAt":"2026-11-22T07:30:00.000005Z","updatedAt":"2026-11-22T07:30:00.000005Z"`

func TestValuesAreStoredAsTheFieldSays(t *testing.T) {
	for _, c := range []struct{ field, given, stored string }{
		{"s", `"text"`, `"text"`},
		{"s", `"\u0041\/\ud83d\ude00"`, `"A/😀"`},
		{"s", `5001`, `"5001"`},
		{"s", `1.10`, `"1.10"`},
		{"s", `true`, `"true"`},
		{"s", `null`, `null`},
		{"s", `""`, `""`},
		{"t", `"a\nb"`, `"a\nb"`},
		{"i", `9007199254740993`, `9007199254740993`},
		{"i", `-9223372036854775808`, `-9223372036854775808`},
		{"i", `9223372036854775807`, `9223372036854775807`},
		{"i", `1.0`, `1`},
		{"i", `12e2`, `1200`},
		{"i", `"42"`, `42`},
		{"i", `-0`, `0`},
		{"n", `0.1`, `0.1`},
		{"n", `1.50`, `1.5`},
		{"n", `1e-7`, `1e-07`},
		{"n", `10000000000000000000000`, `1e+22`},
		{"n", `-0.0`, `0`},
		{"n", `"3.25"`, `3.25`},
		{"b", `false`, `false`},
		{"b", `"true"`, `true`},
		{"d", `"2026-11-22T08:30:00Z"`, `"2026-11-22T08:30:00.000Z"`},
		{"d", `"2026-11-22T08:30:00.1234567+02:00"`, `"2026-11-22T06:30:00.123456Z"`},
		{"d", `"2026-11-22 08:30:00-05:30"`, `"2026-11-22T14:00:00.000Z"`},
		{"d", `"2026-11-22"`, `"2026-11-22T00:00:00.000Z"`},
		{"j", `{"b":1.0, "a":"\u003c"}`, `{"b":1.0, "a":"\u003c"}`},
		{"j", `null`, `null`},
		{"j", `[1,2]`, `[1,2]`},
	} {
		a, broken := things().Admit(value.Trusted(`{"`+c.field+`":`+c.given+`}`), now())
		if broken != nil {
			t.Errorf("%s = %s: %+v", c.field, c.given, broken)
			continue
		}
		if got := a.JSON(7).Get(c.field).Text(); got != c.stored {
			t.Errorf("%s = %s is stored as %s, want %s", c.field, c.given, got, c.stored)
		}
	}
}

func TestARecordHasItsSystemFieldsFirst(t *testing.T) {
	a, broken := things().Admit(value.Trusted(`{"b":true,"s":"x"}`), now())
	if broken != nil {
		t.Fatal(broken)
	}
	want := head + `,"s":"x","t":null,"i":null,"n":null,"b":true,"d":null,"j":null}`
	if got := a.JSON(7).Text(); got != want {
		t.Errorf("record is\n%s, want\n%s", got, want)
	}
}

func TestValuesThatBreakARuleAreNamed(t *testing.T) {
	long := `"` + strings.Repeat("x", collection.MaxString+1) + `"`
	for _, c := range []struct{ values, code, field, says string }{
		{`{"i":1.5}`, collection.CodeType, "i", "1.5"},
		{`{"i":9223372036854775808}`, collection.CodeType, "i", "9223372036854775808"},
		{`{"i":"4 2"}`, collection.CodeType, "i", `"4 2"`},
		{`{"i":""}`, collection.CodeType, "i", `string ""`},
		{`{"i":true}`, collection.CodeType, "i", "boolean true"},
		{`{"n":0.1234567890123456789}`, collection.CodeType, "n", "0.1234567890123456789"},
		{`{"n":1e400}`, collection.CodeType, "n", "1e400"},
		{`{"n":9007199254740993}`, collection.CodeType, "n", "9007199254740993"},
		{`{"n":"x"}`, collection.CodeType, "n", "a number"},
		{`{"b":1}`, collection.CodeType, "b", "true or false"},
		{`{"b":"yes"}`, collection.CodeType, "b", "true or false"},
		{`{"d":1700000000}`, collection.CodeType, "d", "1700000000"},
		{`{"d":"2026-11-22T08:30:00"}`, collection.CodeType, "d", "offset"},
		{`{"d":"2026-02-30"}`, collection.CodeType, "d", "2026-02-30"},
		{`{"d":"soon"}`, collection.CodeType, "d", "soon"},
		{`{"s":{"a":1}}`, collection.CodeType, "s", "json field"},
		{`{"s":` + long + `}`, collection.CodeTooLarge, "s", "4097 bytes"},
		{`{"id":1}`, collection.CodeUnknownField, "id", "set by the store"},
		{`{"createdAt":"x"}`, collection.CodeUnknownField, "createdAt", "set by the store"},
		{`{"x y":1}`, collection.CodeUnknownField, "x y", "no field"},
		{`[]`, collection.CodeType, "", "object"},
		{`"x"`, collection.CodeType, "", "object"},
		{``, collection.CodeType, "", "missing"},
	} {
		_, broken := things().Admit(value.Trusted(c.values), now())
		if broken == nil || broken.Code != c.code || broken.Field != c.field || !strings.Contains(broken.Message, c.says) {
			t.Errorf("%.60s: violation is %+v, want %s of %q saying %q", c.values, broken, c.code, c.field, c.says)
		}
	}
}

func TestARecordIsBoundedAsAWhole(t *testing.T) {
	half := strings.Repeat("x", collection.MaxRecord/2)
	_, broken := things().Admit(value.Trusted(`{"t":"`+half+`","j":"`+half+`"}`), now())
	if broken == nil || broken.Code != collection.CodeTooLarge {
		t.Errorf("violation is %+v", broken)
	}
}

func TestDefaultsAndRequiredFields(t *testing.T) {
	c := collection.Collection{Name: "c", Fields: []collection.Field{
		{Name: "must", Type: collection.String, Required: true},
		{Name: "may", Type: collection.Integer, Default: value.Int(3)},
		{Name: "both", Type: collection.Boolean, Required: true, Default: value.Bool(false)},
	}}
	for given, want := range map[string]string{
		`{"must":"a"}`:               `,"must":"a","may":3,"both":false}`,
		`{"must":"a","may":null}`:    `,"must":"a","may":null,"both":false}`,
		`{"must":"a","must":"b"}`:    `,"must":"b","may":3,"both":false}`,
		`{"may":3}`:                  "must",
		`{"must":null}`:              "must",
		`{"must":"a","both":null}`:   "both",
		`{"must":"a","mayy":3}`:      "mayy",
		`{"must":"a","both":"nope"}`: "both",
	} {
		a, broken := c.Admit(value.Trusted(given), now())
		if broken != nil {
			if broken.Field != want {
				t.Errorf("%s: violation is %+v", given, broken)
			}
			continue
		}
		if got := a.JSON(7).Text(); got != head+want {
			t.Errorf("%s is stored as %s", given, got)
		}
	}
	_, broken := c.Admit(value.Trusted(`{"must":"a","mayy":3}`), now())
	if !strings.HasSuffix(broken.Message, "did you mean may?") {
		t.Errorf("message is %q", broken.Message)
	}
}

// TestARecordReadsAsItWasWritten checks that Admitted.JSON equals what Render makes of the cells.
func TestARecordReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b value.ObjectBuilder
		b.Set("s", value.String(rapid.StringN(0, 50, 200).Draw(t, "s")))
		b.Set("i", value.Int(rapid.Int64().Draw(t, "i")))
		if n, err := value.Float(rapid.Float64().Draw(t, "n")); err == nil {
			b.Set("n", n)
		}
		b.Set("b", value.Bool(rapid.Bool().Draw(t, "b")))
		at := time.UnixMicro(rapid.Int64Range(-62167219200000000, 253402300799999999).Draw(t, "d")).UTC()
		b.Set("d", value.String(at.Format(time.RFC3339Nano)))
		b.Set("j", value.String(rapid.String().Draw(t, "j")))
		a, broken := things().Admit(b.Value(), now())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		if got, want := things().Render(7, a.Created, a.Created, a.Cells).Text(), a.JSON(7).Text(); got != want {
			t.Fatalf("read %s, written %s", got, want)
		}
		if _, err := value.Parse(a.JSON(7).Text(), value.Limits{}); err != nil {
			t.Fatal(err)
		}
		if d, _ := a.JSON(7).Get("d").Str(); true {
			if back, ok := collection.ParseDatetime(d); !ok || !back.Equal(at) {
				t.Fatalf("%v became %s", at, d)
			}
		}
	})
}

func FuzzAdmit(f *testing.F) {
	f.Add(`{"s":"a","i":1,"n":0.1,"b":true,"d":"2026-11-22T08:30:00Z","j":{}}`)
	f.Add(`{"i":"1e3","n":"-0","d":"2026-11-22"}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text, value.Limits{})
		if err != nil {
			return
		}
		a, broken := things().Admit(v, now())
		if broken != nil {
			if broken.Code == "" || broken.Message == "" {
				t.Fatalf("violation without words: %+v", broken)
			}
			return
		}
		again, broken := things().Admit(without(a.JSON(1)), now())
		if broken != nil || again.JSON(1).Text() != a.JSON(1).Text() {
			t.Fatalf("stored %s, stored again %s %+v", a.JSON(1), again.JSON(1), broken)
		}
	})
}

// without removes the system fields from a record.
func without(record value.Value) value.Value {
	var b value.ObjectBuilder
	for name, v := range record.Members() {
		if name != "id" && name != "createdAt" && name != "updatedAt" {
			b.Set(name, v)
		}
	}
	return b.Value()
}

func FuzzParseDatetime(f *testing.F) {
	for _, s := range []string{"2026-11-22T08:30:00Z", "2026-11-22 08:30:00.5+01:00", "2026-11-22", "0000-01-01", "9999-12-31T23:59:59-23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := collection.ParseDatetime(s)
		if !ok {
			return
		}
		back, ok := collection.ParseDatetime(at.Format(time.RFC3339Nano))
		if !ok || !cmp.Equal(at, back) {
			t.Fatalf("%q is %v, and that is %v", s, at, back)
		}
	})
}

func BenchmarkAdmit(b *testing.B) {
	c := collection.Collection{Name: "pushes", Fields: []collection.Field{
		{Name: "branch", Type: collection.String, Required: true}, {Name: "by", Type: collection.String},
		{Name: "commits", Type: collection.Integer}, {Name: "at", Type: collection.Datetime},
	}}
	v := value.Trusted(`{"branch":"refs/heads/main","by":"octocat","commits":3,"at":"2026-11-22T08:30:00Z"}`)
	at := now()
	b.ReportAllocs()
	for b.Loop() {
		if _, broken := c.Admit(v, at); broken != nil {
			b.Fatal(broken)
		}
	}
}

func TestARecordThatIsAdmittedLaterHasThatTime(t *testing.T) {
	c := collection.Collection{Name: "c", Fields: []collection.Field{{Name: "a", Type: collection.String}}}
	early := time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC)
	for _, late := range []time.Time{early, early.Add(time.Microsecond), early.Add(time.Hour), early.Add(1500 * time.Nanosecond)} {
		a, _ := c.Admit(value.Trusted(`{"a":"x"}`), early)
		want, _ := c.Admit(value.Trusted(`{"a":"x"}`), late)
		for range 2 {
			if a = a.At(late); a.JSON(7).Text() != want.JSON(7).Text() || !a.Created.Equal(want.Created) {
				t.Fatalf("record is %s, want %s", a.JSON(7), want.JSON(7))
			}
		}
	}
}
