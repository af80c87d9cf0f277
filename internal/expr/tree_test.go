package expr_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func render(t testing.TB, config string, s scope) (string, error) {
	t.Helper()
	v, err := value.Parse(config, value.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	c, problems := expr.CompileValue(v, expr.Options{})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", config, problems)
	}
	out, err := c.Eval(s)
	if err == nil {
		if _, err := value.Parse(out.Text(), value.Limits{}); err != nil {
			t.Errorf("%s renders as %s: %v", config, out, err)
		}
	}
	return out.Text(), err
}

func TestTreesRenderAtAnyDepth(t *testing.T) {
	s := scopeOf(t, sample)
	for config, want := range map[string]string{
		`{"branch":"{{$context.data.ref}}","by":"by {{$context.data.text}}"}`:                    `{"branch":"refs/heads/main","by":"by say \"hi\"\n"}`,
		`["{{$context.data.exact}}",[{"x":"{{$context.data.order}}"}],1.0]`:                      `[1.0,[{"x":{ "z": 1,  "a": [1.0, 2] }}],1.0]`,
		`{"{{$context.data.ref}}":1,"n{{$context.data.size}}":{"{{$context.data.price}}":null}}`: `{"refs/heads/main":1,"n3":{"19.90":null}}`,
		`{"a":"{{$context.data.gone}}","b":"{{$context.data.gone}}!"}`:                           `{"a":null,"b":"!"}`,
		`"{{$context.data.order}}"`:                                               `{ "z": 1,  "a": [1.0, 2] }`,
		`{"const": [1.0,  2], "dyn":"{{ 1 + $context.data.size }}"}`:              `{"const":[1.0,  2],"dyn":4}`,
		`{"b":"{{ \"{{\" }}","c":"{{ $context.data.size }}"}`:                     `{"b":"{{","c":3}`,
		`{"a":"{{$context.data.gone:x}}","c":"\u007b\u007b$context.data.size}}"}`: `{"a":"x","c":3}`,
	} {
		if got, err := render(t, config, s); err != nil || got != want {
			t.Errorf("%s = %s, %v; want %s", config, got, err, want)
		}
	}
}

func TestConstantTreesAreReturnedAsTheyAre(t *testing.T) {
	config := ` { "a" : [ 1.0, "}} {" ] , "b":null } `
	v, _ := value.Parse(config, value.Limits{})
	c, problems := expr.CompileValue(v, expr.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got, ok := c.Constant(); !ok || got.Text() != strings.TrimSpace(config) {
		t.Errorf("constant is %s, %v", got, ok)
	}
	if c, _ := expr.CompileValue(value.Value{}, expr.Options{}); c == nil {
		t.Error("a Missing config has no template")
	} else if got, ok := c.Constant(); !ok || got.Text() != "null" {
		t.Errorf("a Missing config is %s", got)
	}
}

func TestTreeProblemsAreAllReported(t *testing.T) {
	v, err := value.Parse(`{
		"a": ["ok", "{{$context.data.x"], "b": {"c d": "{{$env.X}}"}, "{{$foo.bar}}": 1, "d": {"$context.data.ref": null}, "e": "{{ f( }}"
	}`, value.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, problems := expr.CompileValue(v, expr.Options{})
	var got []string
	for _, p := range problems {
		got = append(got, p.Path+": "+p.Message)
	}
	text := strings.Join(got, "\n")
	for _, want := range []string{
		`a[1]: at character 1: this {{ is not closed`, `b["c d"]: at character 3: $env cannot be used here`,
		`["{{$foo.bar}}"]: at character 3: unknown variable root $foo`,
		`d: this looks like an unquoted {{ }}, which YAML takes for a map; write it in quotes: "{{$context.data.ref}}"`,
		`e: at character`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not among\n%s", want, text)
		}
	}
	if len(problems) != 5 {
		t.Errorf("%d problems:\n%s", len(problems), text)
	}
}

func TestTreeErrorsNameTheField(t *testing.T) {
	_, err := render(t, `{"values":{"n":["{{ $context.data.gone + 1 }}"]}}`, scopeOf(t, sample))
	if got := fault.Message(err); got != "values.n[0]: at character 23: null cannot be calculated with; give a default, as in {path} ?? 0" {
		t.Errorf("message is %q", got)
	}
}

func TestRenderedTreesAreBounded(t *testing.T) {
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	s := scopeOf(t, `{"context":{"data":{"deep":`+deep+`,"wide":"`+strings.Repeat("x", 400<<10)+`"}}}`)
	around := strings.Repeat("[", 30) + `"{{$context.data.deep}}"` + strings.Repeat("]", 30)
	if _, err := render(t, around, s); err == nil || !strings.Contains(err.Error(), "nests deeper than 64") {
		t.Errorf("error is %v", err)
	}
	if _, err := render(t, `["{{$context.data.wide}}","{{$context.data.wide}}","{{$context.data.wide}}"]`, s); !fault.Is(err, fault.Limit) {
		t.Errorf("error is %v", err)
	}
}
