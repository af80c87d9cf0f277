package expr_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{`$context.data.a`, `$nodes["b c"].d[0][-1].0`, `$context.data.한글.@a.#t.a-b/c`, `$env.A`, `$x`, `$context.data["\"\\"]`, `$context.headers.X-Y`} {
		f.Add(s)
	}
	s := scopeOf(f, sample)
	f.Fuzz(func(t *testing.T, src string) {
		p, err := expr.ParsePath(src)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", src, err)
			}
			return
		}
		again, err := expr.ParsePath(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%q prints as %s, which reads as %s, %v", src, p, again, err)
		}
		v, err := p.Lookup(s)
		if err == nil && v.IsMissing() {
			t.Fatalf("%q is Missing", src)
		}
	})
}

// soundResult fails unless the result of an evaluation is valid JSON or a fault of a kind that data can cause.
func soundResult(t *testing.T, src string, v value.Value, err error) {
	t.Helper()
	if err != nil {
		if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Limit) && !strings.Contains(err.Error(), "no such thing") {
			t.Fatalf("%q: %v", src, err)
		}
		if utf8.ValidString(src) && !utf8.ValidString(fault.Message(err)) {
			t.Fatalf("%q: the message is no text: %q", src, fault.Message(err))
		}
		return
	}
	if _, err := value.Parse(v.Text(), value.Limits{}); err != nil {
		t.Fatalf("%q yields %q: %v", src, v, err)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{
		`a {{$context.data.ref}} b`, `{{x:1}}`, `{{$context.data.gone:it's}}`, `{{ {"a":{"b":1}} }}`, `{{ "}}" }}`, `{{`, `}}`, `{{ /* }} */ 1 }}`, `{{ 1 // }}`,
		"{{ `}}` + '\\'' }}", `{{$context.data.items.tags}}{{$context.data.order}}`, "\xff{{$context.data.text}}\x00",
	} {
		f.Add(s)
	}
	s := scopeOf(f, sample)
	f.Fuzz(func(t *testing.T, src string) {
		c, err := expr.Compile(src, expr.Options{Limits: expr.Limits{Steps: 100_000}})
		if err != nil {
			soundResult(t, src, value.Value{}, err)
			return
		}
		v, err := c.Eval(s)
		soundResult(t, src, v, err)
		var b value.ObjectBuilder
		tree, problems := expr.CompileValue(b.Set(src, value.String(src)).Value(), expr.Options{Limits: expr.Limits{Steps: 100_000}})
		if len(problems) > 0 {
			return // for example a key that looks like an unquoted token
		}
		v, err = tree.Eval(s)
		soundResult(t, src, v, err)
	})
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		`$context.headers.x-github-event == "push"`, `filter($context.data.items, .id > 1)[0].tags`, `map(1..3, {let x = #; reduce([1], #acc + x)})`,
		`sum($context.data.items, .id ?? 0) * 1.5 ** -2`, `sortBy($context.data.items, string(.id), "desc") | map(.id)`, `{a: 1, ("b"): [1.5, nil]}.a?.b ?? 'x'`,
		`date("2026-01-01").In(timezone("UTC")).Year() + dateDiff("2026-01-01", "2027-01-01", "months")`, `"a" matches "^a+$" and not ("x" in $context.data)`,
		`if true { 1 } else { "a"[0:1] }`, `jsonParse('[1,{"a":2}]').a`, `urlParse("http://a/b?c=d").query.c`, `9223372036854775807 + 1`, `0.1 + .2`, `1 < 2 < 3`,
		`groupBy(split("a,b", ","), #) | toPairs() | flatten() | uniq() | join("-")`, `bitshl(1, 70) + int("5") % 3`, `$context.data["re" + "f"] startsWith "refs"`,
	} {
		f.Add(s)
	}
	s := scopeOf(f, sample)
	f.Fuzz(func(t *testing.T, src string) {
		o := expr.Options{Secrets: true, Limits: expr.Limits{Steps: 100_000, Memory: 4 << 20}}
		c, err := expr.CompileExpression(src, o)
		if err != nil {
			soundResult(t, src, value.Value{}, err)
			return
		}
		v, err := c.Eval(s)
		soundResult(t, src, v, err)
		if when, problems := expr.CompileWhen(value.String(src), o); len(problems) == 0 {
			_, err := when.EvalBool(s)
			soundResult(t, src, value.Null(), err)
		}
	})
}

func FuzzRules(f *testing.F) {
	f.Add(`{"and":[{"left":"{{$context.data.ref}}","op":"startsWith","right":"refs"},{"not":{"or":["1 == 1",true]}}]}`)
	f.Add(`{"left":[1,"2"],"op":"includes","right":2,"strict":false}`)
	f.Add(`{"left":"{{$context.data.n}}","op":"matches","right":"^[0-9]+$"}`)
	s := scopeOf(f, sample)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text, value.Limits{})
		if err != nil {
			return
		}
		c, problems := expr.CompileWhen(v, expr.Options{Limits: expr.Limits{Steps: 100_000}})
		if (c == nil) != (len(problems) > 0) {
			t.Fatalf("%s: template and problems disagree", text)
		}
		if c == nil {
			return
		}
		_, err = c.EvalBool(s)
		soundResult(t, text, value.Null(), err)
	})
}
