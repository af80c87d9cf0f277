package schema

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/value"
)

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.Parse(text, value.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func compiled(t testing.TB, text string) *Schema {
	t.Helper()
	s, problems := Compile(parse(t, text))
	if problems != nil {
		t.Fatalf("%s: %v", text, problems)
	}
	return s
}

// lines prints violations as "pointer: message".
func lines(found []Violation) string {
	out := make([]string, len(found))
	for i, v := range found {
		out[i] = v.Pointer + ": " + v.Message
	}
	return strings.Join(out, "\n")
}

func TestDataIsHeldAgainstTheSchema(t *testing.T) {
	for _, c := range []struct{ name, schema, data, want string }{
		{"anything", `{}`, `[1]`, ``},
		{"true", `true`, `1`, ``},
		{"false", `false`, `1`, `: is not allowed`},
		{"the right type", `{"type":"object"}`, `{}`, ``},
		{"another type", `{"type":"object"}`, `"a"`, `: must be an object, not a string`},
		{"one of two types", `{"type":["integer","null"]}`, `true`, `: must be null or an integer, not a boolean`},
		{"a whole number with a point", `{"type":"integer"}`, `1.0`, ``},
		{"a whole number with an exponent", `{"type":"integer"}`, `15e1`, ``},
		{"a huge whole number", `{"type":"integer"}`, `1e999999999999999999999`, ``},
		{"a fraction by its exponent", `{"type":"integer"}`, `15e-1`, `: must be an integer, not a number`},
		{"required", `{"required":["ref","id"]}`, `{"id":1}`, `/ref: is required`},
		{"required of a list", `{"required":["a"]}`, `[]`, ``},
		{"where it stands", `{"properties":{"a/b":{"items":{"properties":{"x~":{"type":"string"}}}}}}`, `{"a/b":[{},{"x~":1}]}`,
			`/a~1b/1/x~0: must be a string, not a number`},
		{"all of it", `{"properties":{"a":{"type":"string"},"b":{"minimum":2}},"required":["c"]}`, `{"b":1,"a":null}`,
			"/b: must be at least 2\n/a: must be a string, not null\n/c: is required"},
		{"additional members", `{"properties":{"a":true},"patternProperties":{"^x":true},"additionalProperties":false}`, `{"a":1,"x1":1,"b":1}`,
			`/b: is not allowed`},
		{"additional members of a kind", `{"additionalProperties":{"type":"string"}}`, `{"a":1}`, `/a: must be a string, not a number`},
		{"names", `{"propertyNames":{"pattern":"^[a-z]+$"}}`, `{"a":1,"B":1}`, `/B: has a name that is not allowed`},
		{"few members", `{"minProperties":2}`, `{"a":1,"a":2}`, `: must have at least 2 members`},
		{"many members", `{"maxProperties":1}`, `{"a":1,"b":2}`, `: must have at most 1 member`},
		{"duplicates must all fit", `{"properties":{"a":{"type":"string"}}}`, `{"a":1,"a":"x"}`, `/a: must be a string, not a number`},
		{"needs another", `{"dependentRequired":{"a":["b"]}}`, `{"a":1}`, `/b: is required beside a`},
		{"needs another schema", `{"dependentSchemas":{"a":{"required":["b"]}}}`, `{"a":1}`, `/b: is required`},
		{"an exact bound", `{"maximum":9007199254740993}`, `9007199254740994`, `: must be at most 9007199254740993`},
		{"an exact bound that fits", `{"maximum":9007199254740993}`, `9007199254740993.0`, ``},
		{"beyond", `{"exclusiveMinimum":0,"exclusiveMaximum":1}`, `0`, `: must be more than 0`},
		{"below", `{"exclusiveMaximum":1}`, `1.0`, `: must be less than 1`},
		{"a bound with an exponent", `{"minimum":1.5e3}`, `1499.9`, `: must be at least 1500`},
		{"an exponent without end", `{"minimum":1,"multipleOf":2}`, `1e999999999`, `: has too many digits to be checked`},
		{"a multiple", `{"multipleOf":0.1}`, `0.3`, ``},
		{"no multiple", `{"multipleOf":0.1}`, `0.35`, `: must be a multiple of 0.1`},
		{"characters and not bytes", `{"minLength":2,"maxLength":3}`, `"한글"`, ``},
		{"too long", `{"maxLength":1}`, `"ab"`, `: must have at most 1 character`},
		{"a pattern", `{"pattern":"^v\\d"}`, `"w1"`, `: does not match the pattern ^v\d`},
		{"a format", `{"format":"date-time"}`, `"yesterday"`, `: must be of the format date-time`},
		{"a format of no text", `{"format":"date-time"}`, `1`, ``},
		{"const", `{"const":{"a":[1.0]}}`, `{"a":[1]}`, ``},
		{"const is not told", `{"const":"s3cret"}`, `"x"`, `: is not the value that it must be`},
		{"null is a const", `{"const":null}`, `0`, `: is not the value that it must be`},
		{"enum", `{"enum":["a",1,null]}`, `1.0`, ``},
		{"not in enum", `{"enum":["a",1,null]}`, `"b"`, `: must be one of the values that are listed: "a", 1, null`},
		{"a tuple", `{"prefixItems":[{"type":"string"}],"items":false}`, `["a",1]`, `/1: is not allowed`},
		{"lengths", `{"minItems":1,"maxItems":2}`, `[1,2,3]`, `: must have at most 2 elements`},
		{"contains", `{"contains":{"type":"string"}}`, `[1]`, `: must contain at least 1 element of a certain kind`},
		{"contains none", `{"contains":{"type":"string"},"minContains":0}`, `[1]`, ``},
		{"contains too many", `{"contains":{"type":"string"},"maxContains":1}`, `["a","b"]`, `: must contain at most 1 element of a certain kind`},
		{"unique", `{"uniqueItems":true}`, `[1,10,{"a":1,"b":2},"1",[1],100,0.1]`, ``},
		{"not unique", `{"uniqueItems":true}`, `[1,10,100,{"a":1,"b":[2]},1.5,{"b":[2.0],"a":10e-1}]`, `: must not have equal elements: 3 and 5 are`},
		{"numbers that differ by their point", `{"uniqueItems":true}`, `[1,10,1e0]`, `: must not have equal elements: 0 and 2 are`},
		{"not", `{"not":{"type":"string"}}`, `"a"`, `: must not be of this kind`},
		{"all of", `{"allOf":[{"minimum":1},{"maximum":2}]}`, `3`, `: must be at most 2`},
		{"any of", `{"anyOf":[{"type":"string"},{"type":"null"}]}`, `3`, `: fits none of the 2 alternatives`},
		{"one of", `{"oneOf":[{"type":"number"},{"minimum":1}]}`, `3`, `: fits 2 alternatives, and must fit exactly one`},
		{"if then", `{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}`, `{"a":1}`, `/b: is required`},
		{"if else", `{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}`, `{}`, `/c: is required`},
		{"a reference", `{"$ref":"#/$defs/name","$defs":{"name":{"type":"string"}}}`, `1`, `: must be a string, not a number`},
		{"an anchor", `{"items":{"$ref":"#name"},"$defs":{"x":{"$anchor":"name","type":"string"}}}`, `[1]`, `/0: must be a string, not a number`},
		{"a tree", `{"properties":{"next":{"$ref":"#"}},"additionalProperties":false}`, `{"next":{"next":{"x":1}}}`, `/next/next/x: is not allowed`},
		{"an id", `{"$id":"https://example.com/a","$ref":"#/$defs/b","$defs":{"b":{"type":"null"}}}`, `1`, `: must be null, not a number`},
		{"an id within", `{"$ref":"https://example.com/b","$defs":{"b":{"$id":"https://example.com/b","type":"null"}}}`, `1`, `: must be null, not a number`},
		{"nothing unevaluated", `{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}`, `{"a":1}`, ``},
		{"something unevaluated", `{"anyOf":[{"required":["b"],"properties":{"b":true}},{"properties":{"a":true}}],"unevaluatedProperties":false}`, `{"a":1,"b":1,"c":1}`,
			`/c: is not allowed`},
		{"an alternative that does not fit has seen nothing", `{"anyOf":[{"required":["z"],"properties":{"b":true}},{"properties":{"a":true}}],"unevaluatedProperties":false}`,
			`{"a":1,"b":1}`, `/b: is not allowed`},
		{"items unevaluated", `{"prefixItems":[true],"contains":{"type":"string"},"unevaluatedItems":false}`, `[1,"a",2]`, `/2: is not allowed`},
		{"not has seen nothing", `{"not":{"properties":{"a":{"type":"string"}},"required":["a"]},"unevaluatedProperties":false}`, `{"a":1}`, `/a: is not allowed`},
		{"a long name is cut", `{"additionalProperties":false}`, `{"` + strings.Repeat("x", 100) + `":1}`, "/" + strings.Repeat("x", clipped) + "…: is not allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lines(compiled(t, c.schema).Validate(parse(t, c.data)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWrongSchemasAreRefusedByPath(t *testing.T) {
	for _, c := range []struct{ name, schema, path, says string }{
		{"no schema", `1`, "", "must be a schema: an object, true or false, not a number"},
		{"a mistyped keyword", `{"properties":{"ref":{"tpye":"string"}}}`, "properties.ref.tpye", `unknown keyword "tpye"; did you mean "type"?`},
		{"a mistyped type", `{"items":{"type":"strin"}}`, "items.type", `did you mean "string"?`},
		{"a mistyped type of several", `{"type":["null","objects"]}`, "type[1]", `did you mean "object"?`},
		{"a wrong type of value", `{"required":"ref"}`, "required", "want array"},
		{"a negative length", `{"minLength":-1}`, "minLength", "minimum"},
		{"a list that is none", `{"allOf":[]}`, "allOf", "minItems"},
		{"a schema in a list", `{"allOf":[{},{"type":1}]}`, "allOf[1].type", ""},
		{"a schema that is a text", `{"items":"x"}`, "items", "must be a schema"},
		{"a pattern", `{"pattern":"(?<=a)b"}`, "pattern", "is not a valid pattern (RE2)"},
		{"a pattern of names", `{"patternProperties":{"[":true}}`, `patternProperties["["]`, "is not a valid pattern (RE2)"},
		{"a format", `{"format":"datetime"}`, "format", `did you mean "date-time"?`},
		{"another draft", `{"$schema":"http://json-schema.org/draft-07/schema#"}`, "$schema", "is not supported; write https://json-schema.org/draft/2020-12/schema"},
		{"a tuple of older drafts", `{"items":[{}]}`, "items", "must be a schema"},
		{"dependencies", `{"dependencies":{"a":["b"]}}`, "dependencies", "write dependentRequired or dependentSchemas"},
		{"nullable", `{"nullable":true}`, "nullable", `write type: [string, "null"]`},
		{"content", `{"contentEncoding":"base64"}`, "contentEncoding", "would not be checked"},
		{"then alone", `{"then":{}}`, "then", "has no effect without if"},
		{"minContains alone", `{"minContains":2}`, "minContains", "has no effect without contains"},
		{"twice", `{"type":"string","type":"null"}`, "type", "is given twice"},
		{"a file", `{"properties":{"a":{"$ref":"file:///etc/passwd"}}}`, `properties.a.$ref`, "nothing is loaded"},
		{"a page", `{"$ref":"https://example.com/x.json"}`, `$ref`, "nothing is loaded"},
		{"a page beside it", `{"$ref":"other.json#/x"}`, `$ref`, "nothing is loaded"},
		{"the meta-schema", `{"$ref":"https://json-schema.org/draft/2020-12/schema"}`, "$ref", "nothing is loaded"},
		{"nothing", `{"items":{"$ref":"#/$defs/x"}}`, "items.$ref", "leads to nothing in the schema"},
		{"no anchor", `{"$ref":"#x"}`, "$ref", "leads to an $anchor that does not exist"},
		{"a circle", `{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}}`, "$defs.b", "leads back to itself"},
		{"itself", `{"$ref":"#"}`, "", "leads back to itself"},
		{"a number without end", `{"properties":{"a":{"minimum":1e999999999}}}`, "properties.a.minimum", "has too many digits"},
		{"dynamic references", `{"$dynamicRef":"#a"}`, "$dynamicRef", "is not supported; write $ref"},
		{"too long", `{"title":"` + strings.Repeat("x", MaxBytes) + `"}`, "", "too long"},
		{"too many", `{"allOf":[` + strings.TrimSuffix(strings.Repeat(`{},`, MaxNodes), ",") + `]}`, "", "too many parts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Check(parse(t, c.schema))
			if len(found) == 0 {
				t.Fatal("it is taken")
			}
			for _, p := range found {
				if p.Path == c.path && strings.Contains(p.Message, c.says) {
					return
				}
			}
			t.Errorf("got %v, want %q at %q", found, c.says, c.path)
		})
	}
}

func TestAllMistakesOfASchemaAreReportedAtOnce(t *testing.T) {
	found := Check(parse(t, `{"tpye":"object","properties":{"a":{"minLength":"x"},"b":{"format":"mail"}}}`))
	paths := make(map[string]bool)
	for _, p := range found {
		paths[p.Path] = true
	}
	if len(found) != 3 || !paths["tpye"] || !paths["properties.a.minLength"] || !paths["properties.b.format"] {
		t.Errorf("got %v", found)
	}
}

func TestMistakesOfDataAreBounded(t *testing.T) {
	s := compiled(t, `{"items":{"type":"string"}}`)
	if n := len(s.Validate(parse(t, "["+strings.Repeat("1,", 100_000)+"1]"))); n != MaxViolations {
		t.Errorf("%d violations", n)
	}
}

// TestWorkIsBounded checks values that are expensive for a careless implementation.
func TestWorkIsBounded(t *testing.T) {
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	many := func(n int, each func(int) string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(each(i))
		}
		return "[" + b.String() + "]"
	}
	for _, c := range []struct {
		name, schema, data, want string
		little                   bool
	}{
		{
			"alternatives within alternatives", `{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["b"]},{"properties":{"a":{"$ref":"#"}},"required":["c"]}]}`,
			deep(60), `: is too much to be checked: it has too many parts`, true,
		},
		{
			"numbers without end", `{"items":{"minimum":1,"multipleOf":3},"uniqueItems":true}`, many(10_000, func(i int) string { return fmt.Sprintf("1e%d", 1_000_000_000+i) }),
			`/0: has too many digits to be checked`, false,
		},
		{
			"texts that were made to collide", `{"uniqueItems":true}`,
			many(50_000, func(i int) string {
				return `["` + strings.Repeat("a", i%200) + `","` + strings.Repeat("a", 200-i%200) + strconv.Itoa(i/200) + `"]`
			}), ``, false,
		},
		{"more than can be compared", `{"uniqueItems":true}`, many(MaxUnique+1, strconv.Itoa), `: has too many elements to tell`, false},
		{"a not that is not decided", `{"not":{"items":{"items":{"allOf":[{},{"type":"string"},{"type":"string"},{"type":"string"}]}}}}`, many(300, func(int) string { return many(1000, func(int) string { return `"a"` }) }), `: is too much`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := value.Parse(c.data, value.Limits{Bytes: 64 << 20})
			if err != nil {
				t.Fatal(err)
			}
			s := compiled(t, c.schema)
			if c.little {
				s.work = MaxWork / 20 // using all of it takes long under the race detector
			}
			if got := lines(s.Validate(v)); !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") {
				t.Errorf("got %.200s", got)
			}
		})
	}
}
