package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

// data generates values with few names and few leaves, so that schemas and values often match.
func data(depth int) *rapid.Generator[string] {
	leaf := rapid.SampledFrom([]string{"null", "true", "0", "1", "1.0", "2", "-3", "2.5", "10e-1", `""`, `"a"`, `"ab"`, `"abc"`, "[]", "{}"})
	if depth == 0 {
		return leaf
	}
	return rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return "[" + strings.Join(rapid.SliceOfN(data(depth-1), 0, 4).Draw(t, "elements"), ",") + "]"
		case 1, 2:
			var members []string
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "ab", "c"}), 0, 4, rapid.ID[string]).Draw(t, "names") {
				members = append(members, fmt.Sprintf("%q:%s", name, data(depth-1).Draw(t, "member")))
			}
			return "{" + strings.Join(members, ",") + "}"
		default:
			return leaf.Draw(t, "leaf")
		}
	})
}

// schemas generates schemas.
func schemas(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		if depth == 0 {
			return rapid.SampledFrom([]string{
				"true", "false", `{"type":"integer"}`, `{"type":["string","null"]}`, `{"const":1.0}`, `{"enum":[[],"a",2]}`, `{"$ref":"#/$defs/x"}`,
				`{"minimum":1}`, `{"exclusiveMaximum":2}`, `{"multipleOf":0.5}`, `{"minLength":2}`, `{"pattern":"^a"}`, `{"required":["a"]}`, `{"uniqueItems":true}`,
			}).Draw(t, "leaf")
		}
		sub := schemas(depth - 1)
		one := func() string { return sub.Draw(t, "schema") }
		some := func() string { return "[" + strings.Join(rapid.SliceOfN(sub, 1, 3).Draw(t, "schemas"), ",") + "]" }
		keywords := rapid.SliceOfNDistinct(rapid.IntRange(0, 19), 1, 4, rapid.ID[int]).Draw(t, "keywords")
		var members []string
		for _, k := range keywords {
			switch k {
			case 0:
				members = append(members, `"properties":{"a":`+one()+`,"b":`+one()+`}`)
			case 1:
				members = append(members, `"patternProperties":{"^a":`+one()+`}`)
			case 2:
				members = append(members, `"additionalProperties":`+one())
			case 3:
				members = append(members, `"propertyNames":`+one())
			case 4:
				members = append(members, `"items":`+one())
			case 5:
				members = append(members, `"prefixItems":`+some())
			case 6:
				members = append(members, `"contains":`+one(), `"maxContains":2`)
			case 7:
				members = append(members, `"allOf":`+some())
			case 8:
				members = append(members, `"anyOf":`+some())
			case 9:
				members = append(members, `"oneOf":`+some())
			case 10:
				members = append(members, `"not":`+one())
			case 11:
				members = append(members, `"if":`+one(), `"then":`+one(), `"else":`+one())
			case 12:
				members = append(members, `"unevaluatedProperties":`+one())
			case 13:
				members = append(members, `"unevaluatedItems":`+one())
			case 14:
				members = append(members, `"dependentSchemas":{"a":`+one()+`}`)
			case 15:
				members = append(members, `"dependentRequired":{"a":["b","c"]}`)
			case 16:
				members = append(members, `"minItems":1`, `"maxItems":2`, `"minProperties":1`, `"maxProperties":2`)
			case 17:
				members = append(members, `"$ref":"#/$defs/x"`)
			case 18:
				members = append(members, `"uniqueItems":true`)
			default:
				members = append(members, `"type":["object","array","number"]`)
			}
		}
		return "{" + strings.Join(members, ",") + "}"
	})
}

// The library and this package agree on every value, for every schema of draft 2020-12.
func TestTheLibrarySaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := schemas(2).Draw(t, "schema")
		doc = `{"allOf":[` + doc + `],"$defs":{"x":` + rapid.SampledFrom([]string{
			`{"type":"string"}`, `{"properties":{"a":{"$ref":"#"},"b":true}}`, `{"items":{"$ref":"#/$defs/x"},"minItems":1}`,
		}).Draw(t, "x") + `}}`
		v, err := value.Parse(doc, value.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		ours, problems := Compile(v)
		if problems != nil {
			t.Fatalf("%s: %v", doc, problems)
		}
		r := reader{doc: v}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(base, r.plain("", v)); err != nil {
			t.Fatal(err)
		}
		theirs := c.MustCompile(base)
		for range 5 {
			text := data(3).Draw(t, "data")
			d, err := value.Parse(text, value.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			found := ours.Validate(d)
			if err := theirs.Validate(r.plain("", d)); (err == nil) != (found == nil) {
				t.Fatalf("schema %s\ndata %s\nours %v\ntheirs %v", doc, text, found, err)
			}
		}
	})
}

// FuzzValidate looks for schemas and data that cause a panic, or that get two different results.
func FuzzValidate(f *testing.F) {
	f.Add(`{"type":"object","required":["a"],"properties":{"a":{"minimum":1e2,"multipleOf":0.1}}}`, `{"a":1e999999999}`)
	f.Add(`{"$ref":"#/$defs/a%20b","$defs":{"a b":{"items":{"$ref":"#"}}}}`, `[[[]]]`)
	f.Add(`{"patternProperties":{"^a":false},"unevaluatedProperties":{"format":"uri"}}`, `{"b":"\ud800"}`)
	f.Add(`{"uniqueItems":true,"contains":{"enum":[1,{}]},"minContains":0}`, `[1,1.0,-0,0e1]`)
	f.Add(`{"$id":"x:y","$anchor":"z","anyOf":[{"$ref":"#z"}]}`, `1`)
	f.Fuzz(func(t *testing.T, doc, text string) {
		d, err := value.Parse(doc, value.Limits{Bytes: 4 << 10})
		if err != nil {
			return
		}
		s, problems := Compile(d)
		if (s == nil) == (problems == nil) {
			t.Fatal("neither a schema nor a problem, or both")
		}
		v, err := value.Parse(text, value.Limits{Bytes: 4 << 10})
		if err != nil || s == nil {
			return
		}
		if first, second := lines(s.Validate(v)), lines(s.Validate(v)); first != second {
			t.Errorf("%s\nand then\n%s", first, second)
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	s := compiled(b, `{"type":"object","required":["ref","commits"],"properties":{"ref":{"type":"string","pattern":"^refs/"},
		"commits":{"type":"array","items":{"type":"object","required":["id"],"properties":{"id":{"type":"string","minLength":1}}}}}}`)
	v := parse(b, `{"ref":"refs/heads/main","commits":[{"id":"a"},{"id":"b"},{"id":"c"}],"x":{"y":[1,2,3]}}`)
	b.ReportAllocs()
	for b.Loop() {
		if s.Validate(v) != nil {
			b.Fatal("it does not fit")
		}
	}
}
