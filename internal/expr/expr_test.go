package expr_test

import (
	"errors"
	"html"
	"os"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// scope is one JSON object: root -> name -> value.
type scope struct{ roots value.Value }

func (s scope) Var(root, name string) (value.Value, error) {
	if root == "system" && name == "broken" {
		return value.Value{}, errors.New("no such thing")
	}
	return s.roots.Get(root).Get(name), nil
}

func scopeOf(t testing.TB, text string) scope {
	t.Helper()
	v, err := value.Parse(text, value.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return scope{v}
}

const sample = `{
	"context": {
		"data": {
			"ref": "refs/heads/main", "size": 3, "price": 19.90, "exact": 1.0, "big": 9007199254740993, "huge": 18446744073709551615,
			"long": 0.1234567890123456789, "ok": true, "none": null, "n": "42", "text": "say \"hi\"\n", "empty": [], "nothing": {},
			"with blank": "blank", "한글": {"이름": "김"}, "中文": "值", "@attr": "attr", "#text": "inner", "a-b": "dash", "a/b": "slash", "$ref": "dollar",
			"items": [{"id": 1, "tags": ["x", "y"]}, {"id": 2.50, "tags": []}, {"name": "third"}],
			"tags": ["a", "b"], "order": { "z": 1,  "a": [1.0, 2] }, "0": "zero", "dup": 1, "dup": 2, "time": "2026-01-31T12:00:00Z"
		},
		"headers": {"x-github-event": "push", "content-type": "application/json"},
		"query": {"a": ["1", "2"]},
		"method": "POST"
	},
	"nodes": {"is_main": true, "save": {"id": 7}},
	"scopes": {"each": {"item": {"sku": "A"}, "index": 0}},
	"system": {"now": "2026-11-22T00:00:00Z", "epoch": 1795305600},
	"env": {"SECRET": "s3cret"},
	"error": {"message": "went wrong", "code": "timeout"}
}`

func evaluate(t testing.TB, template string, s scope) (string, error) {
	t.Helper()
	c, err := expr.Compile(template, expr.Options{Secrets: true})
	if err != nil {
		return "", err
	}
	v, err := c.Eval(s)
	if err == nil && v.IsMissing() {
		t.Errorf("%s: the result is Missing", template)
	}
	return v.Text(), err
}

func TestTemplates(t *testing.T) {
	s := scopeOf(t, sample)
	for template, want := range map[string]string{
		// Lone tokens keep type and exact text.
		`{{$context.data.ref}}`:                `"refs/heads/main"`,
		`{{ $context.data.price }}`:            `19.90`,
		` {{$context.data.exact}} `:            `1.0`,
		`{{$context.data.big}}`:                `9007199254740993`,
		`{{$context.data.huge}}`:               `18446744073709551615`,
		`{{$context.data.order}}`:              `{ "z": 1,  "a": [1.0, 2] }`,
		`{{$context.data.missing.deeper}}`:     `null`,
		`{{$context.data.ref.deeper}}`:         `null`,
		`{{$context.data.none}}`:               `null`,
		`{{$context.data.dup}}`:                `2`,
		`{{$nodes.is_main}}`:                   `true`,
		`{{$jobsMapByNodeKey.save.id}}`:        `7`,
		`{{$scopes.each.item.sku}}`:            `"A"`,
		`{{$error.message}}`:                   `"went wrong"`,
		`{{$env.SECRET}}`:                      `"s3cret"`,
		`{{$context.headers.X-GitHub-Event}}`:  `"push"`,
		`{{$context.headers["Content-Type"]}}`: `"application/json"`,
		// Names as senders write them.
		`{{$context.data["with blank"]}}`: `"blank"`,
		`{{$context.data."with blank"}}`:  `"blank"`,
		`{{$context.data['with blank']}}`: `"blank"`,
		`{{$context.data.한글.이름}}`:         `"김"`,
		`{{$context.data.中文}}`:            `"值"`,
		`{{$context.data.@attr}}`:         `"attr"`,
		`{{$context.data.#text}}`:         `"inner"`,
		`{{$context.data.a-b}}`:           `"dash"`,
		`{{$context.data.a/b}}`:           `"slash"`,
		`{{$context.data.$ref}}`:          `"dollar"`,
		`{{$context.data.0}}`:             `"zero"`,
		// Arrays.
		`{{$context.data.items[0].id}}`:    `1`,
		`{{$context.data.items[-1].name}}`: `"third"`,
		`{{$context.data.items.1.id}}`:     `2.50`,
		`{{$context.data.items.id}}`:       `[1,2.50,null]`,
		`{{$context.data.items.tags}}`:     `[["x", "y"],[],null]`,
		`{{$context.data.items[9]}}`:       `null`,
		`{{$context.query.a[1]}}`:          `"2"`,
		// Mixed text.
		`a {{$context.data.none}}{{$context.data.gone}} b`:  `"a  b"`,
		`{{$context.data.size}} at {{$context.data.price}}`: `"3 at 19.90"`,
		`<{{$context.data.text}}>`:                          `"<say \"hi\"\n>"`,
		`{{$context.data.order}}!`:                          `"{ \"z\": 1,  \"a\": [1.0, 2] }!"`,
		"\"{{$context.data.ok}}\"\n":                        `"\"true\"\n"`,
		`no tokens, } }} {`:                                 `"no tokens, } }} {"`,
		`{{ "{{" }} and {{ '}}' }}`:                         `"{{ and }}"`,
		// Defaults.
		`{{$context.data.gone:main}}`:                         `"main"`,
		`{{$context.data.gone: it's me }}`:                    `"it's me"`,
		`{{$context.data.gone:'quoted '}}`:                    `"quoted "`,
		`{{$context.data.gone:}}`:                             `null`,
		`{{$context.data.size:1}}`:                            `3`,
		`{{$context.data.none:1}}`:                            `"1"`,
		`{{$context.data.gone ?? 'default'}}`:                 `"default"`,
		`{{$context.data.exact ?? 'default'}}`:                `1.0`,
		`{{ $context.data.gone ?? $context.data.none ?? 5 }}`: `5`,
		// Expressions in tokens.
		`{{ {"a": {"b": $context.data.size}} }}`: `{"a":{"b":3}}`,
		`{{ upper($context.data.ref) }}`:         `"REFS/HEADS/MAIN"`,
		`{{ 1 + 1 }}`:                            `2`,
	} {
		got, err := evaluate(t, template, s)
		if err != nil || got != want {
			t.Errorf("%s = %s, %v; want %s", template, got, err, want)
		}
	}
}

func TestTemplatesRefuseWithPlaceAndAdvice(t *testing.T) {
	for template, want := range map[string]string{
		`abc {{$context.data.ref`:         `at character 5: this {{ is not closed; a variable is written {{ $context.data.name }}`,
		`{{ "a }}`:                        `at character 4: this string is not closed`,
		`{{}}`:                            `is empty`,
		`{{x:1}}`:                         `at character 3: x is not a variable: a variable starts with its $root, as in {{ $context.data.x }}`,
		`{{ name }}`:                      `at character 4: name is not a variable`,
		`{{ data.ref }}`:                  `data.ref is not a variable: a variable starts with its $root, as in {{ $context.data.ref }}`,
		`{{context.data.x}}`:              `context.data.x is not a variable: a variable starts with its $root, as in {{ $context.data.x }}`,
		`é {{$contxt.data}}`:              `at character 5: unknown variable root $contxt; did you mean $context?`,
		`{{$foo.bar}}`:                    `unknown variable root $foo; there are $context, $nodes`,
		`{{$context}}`:                    `$context alone is not a variable; name what you need, as in $context.data`,
		`{{$nodes}}`:                      `as in $nodes.<key>`,
		`{{$env}}`:                        `$env alone`,
		`{{$}}`:                           `a $ starts a variable`,
		`{{$context.}}`:                   `a name was expected after this dot`,
		`{{$context.data..b}}`:            `b is not a variable`,
		`{{$context[0]}}`:                 `$context is followed by a name`,
		`{{$context.data.f()}}`:           `a path leads to data, which has no functions`,
		`{{$context.data["a}}`:            `quoted key is not closed`,
		`{{ $context.data.a } }`:          `a single }`,
		`{{ $context.data.a + }}`:         `unexpected`,
		`{{ nope($context.data.a) }}`:     `unknown function nope`,
		`{{ uper($context.data.a) }}`:     `did you mean upper?`,
		`{{ now() }}`:                     `use date($system.now)`,
		`{{ foo == 1 }}`:                  `foo is not a variable`,
		`{{ $env.A + $env["A"] + $env }}`: `$env alone`,
	} {
		_, err := expr.Compile(template, expr.Options{Secrets: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", template, err, want)
		}
	}
}

func TestOptionsLimitRoots(t *testing.T) {
	for _, c := range []struct {
		template string
		o        expr.Options
		want     string
	}{
		{`{{$env.KEY}}`, expr.Options{}, "secrets can be used only in fields marked"},
		{`{{ upper($env.KEY) }}`, expr.Options{}, "secrets can be used only in fields marked"},
		{`{{$nodes.a}}`, expr.Options{Roots: []string{"context", "system"}}, "$nodes cannot be used here; this field takes $context, $system"},
		{`{{$nodes.a}}`, expr.Options{Roots: []string{}}, "cannot use variables"},
		{`{{$jobsMapByNodeKey.a}}`, expr.Options{Roots: []string{"context"}}, "$nodes cannot be used here"},
	} {
		if _, err := expr.Compile(c.template, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.template, err, c.want)
		}
	}
	if _, err := expr.Compile(`{{$nodes.a}}`, expr.Options{Roots: []string{"nodes"}}); err != nil {
		t.Error(err)
	}
}

func TestConstantsAndReferences(t *testing.T) {
	for template, want := range map[string]string{"plain": `"plain"`, `{{ "a" + "b" }}`: `"ab"`, `x{{ 1 }}`: `"x1"`, "": `""`} {
		c, err := expr.Compile(template, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := c.Constant(); !ok || v.Text() != want {
			t.Errorf("%s is not the constant %s", template, want)
		}
	}
	c, err := expr.Compile(`{{$context.data.a}} {{ $nodes["b c"].d[0] + $context.data.a }}`, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Constant(); ok {
		t.Error("a template with references is constant")
	}
	var refs []string
	for _, p := range c.Refs() {
		refs = append(refs, p.String())
	}
	if got := strings.Join(refs, " "); got != `$context.data.a $nodes["b c"].d[0]` {
		t.Errorf("Refs = %s", got)
	}
}

func TestLonePathSharesTheReceivedText(t *testing.T) {
	b, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		t.Fatal(err)
	}
	s := scopeOf(t, `{"context":{"data":`+string(b)+`}}`)
	c, err := expr.Compile(`{{$context.data.repository}}`, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.Eval(s)
	if err != nil || v != s.roots.Get("context").Get("data").Get("repository") {
		t.Errorf("the value is another one: %v", err)
	}
}

func TestScopeErrorsAreNotHidden(t *testing.T) {
	_, err := evaluate(t, `{{$system.broken}}`, scopeOf(t, sample))
	if err == nil || !strings.Contains(err.Error(), "$system.broken: no such thing") {
		t.Errorf("error is %v", err)
	}
}

func TestOutputIsBounded(t *testing.T) {
	s := scopeOf(t, `{"context":{"data":"`+strings.Repeat("x", 600<<10)+`"}}`)
	if _, err := evaluate(t, `{{$context.data}}{{$context.data}}`, s); err == nil || !strings.Contains(err.Error(), "at most 1 MiB") {
		t.Errorf("error is %v", err)
	}
	if _, err := evaluate(t, `{{$context.data + $context.data}}`, s); err == nil {
		t.Error("an expression's result of 1.2 MiB was rendered")
	}
	if _, err := evaluate(t, `{{$context.data}}`, s); err != nil {
		t.Error(err)
	}
}

func TestTokensAreEscaped(t *testing.T) {
	s := scopeOf(t, `{"context": {"data": {"name": "<b>&", "list": ["<"], "n": 1.50, "none": null}}}`)
	for template, want := range map[string]string{
		"<p>{{$context.data.name}}</p>":              `"<p>&lt;b&gt;&amp;</p>"`,
		"{{$context.data.name}}":                     `"&lt;b&gt;&amp;"`,
		"{{$context.data.list}}":                     `"[&#34;&lt;&#34;]"`,
		"<{{$context.data.n}}{{$context.data.none}}": `"<1.50"`,
		"{{$context.data.n}}":                        `1.50`,
		"{{$context.data.gone ?? '<'}}":              `"&lt;"`,
		"a{{ '<' + $context.data.name }}":            `"a&lt;&lt;b&gt;&amp;"`,
		"a{{ '<' }}":                                 `"a&lt;"`,
	} {
		c, err := expr.Compile(template, expr.Options{Escape: html.EscapeString})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Eval(s)
		if err != nil || got.Text() != want {
			t.Errorf("%s gave %s, %v; want %s", template, got.Text(), err, want)
		}
	}
}
