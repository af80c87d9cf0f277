package expr_test

import (
	"os"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// pushScope is a GitHub push as a workflow sees it: the body is parsed once, on arrival.
type pushScope struct{ data, headers value.Value }

func (s pushScope) Var(_, name string) (value.Value, error) {
	if name == "headers" {
		return s.headers, nil
	}
	return s.data, nil
}

func push(b *testing.B) pushScope {
	b.Helper()
	text, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	data, err := value.ParseBytes(text, value.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	return pushScope{data, value.Trusted(`{"x-github-event":"push"}`)}
}

func run(b *testing.B, c *expr.Template, _ any) {
	b.Helper()
	s := push(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Eval(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLonePath(b *testing.B) {
	c, err := expr.Compile(`{{$context.data.ref}}`, expr.Options{})
	run(b, c, err)
}

func BenchmarkMixedText(b *testing.B) {
	c, err := expr.Compile(`{{$context.data.pusher.name}} pushed to {{$context.data.ref}}`, expr.Options{})
	run(b, c, err)
}

func BenchmarkTree(b *testing.B) {
	c, problems := expr.CompileValue(value.Trusted(
		`{"collection":"pushes","values":{"branch":"{{$context.data.ref}}","by":"{{$context.data.pusher.name}}"}}`), expr.Options{})
	run(b, c, problems)
}

func BenchmarkRules(b *testing.B) {
	c, problems := expr.CompileWhen(value.Trusted(`{"and":[{"left":"{{$context.data.ref}}","op":"equal","right":"refs/heads/main"}]}`), expr.Options{})
	run(b, c, problems)
}

func BenchmarkExpressionCondition(b *testing.B) {
	c, problems := expr.CompileWhen(value.String(`$context.data.ref == "refs/heads/main" and $context.headers.x-github-event == "push"`), expr.Options{})
	run(b, c, problems)
}

func BenchmarkCompileTree(b *testing.B) {
	v := value.Trusted(`{"collection":"pushes","values":{"branch":"{{$context.data.ref}}","by":"{{ upper($context.data.pusher.name) }}"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := expr.CompileValue(v, expr.Options{}); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
