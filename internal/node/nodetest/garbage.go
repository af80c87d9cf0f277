package nodetest

import (
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// garbageNeverPanics compiles, renders and runs implausible configs: arbitrary values, and stories with one leaf
// replaced by an arbitrary value.
func garbageNeverPanics(t *testing.T, kind node.Kind, stories []story) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(stories).Draw(t, "story")
		scope, err := s.scope()
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "other data") {
			scope.context = garbage(t, 3)
		}
		config := garbage(t, 3)
		if rapid.Bool().Draw(t, "mutate") {
			if mutants := replaceEach(s.given["config"], config); len(mutants) > 0 {
				config = rapid.SampledFrom(mutants).Draw(t, "mutant")
			}
		}
		n, problems := kind.Compile(config, s.about())
		for _, p := range problems {
			if p.Message == "" {
				t.Fatalf("a problem at %q has no message", p.Path)
			}
		}
		if len(problems) > 0 {
			return
		}
		o := perform(n, scope)
		if broken := breach(kind.Info(), s.about(), o); broken != "" {
			t.Fatalf("config %s: %s", config, broken)
		}
	})
}

// garbage generates any JSON value. Its texts are often nearly valid.
func garbage(t *rapid.T, depth int) value.Value {
	most := 6
	if depth == 0 {
		most = 4
	}
	switch rapid.IntRange(0, most).Draw(t, "kind") {
	case 0:
		return value.Null()
	case 1:
		return value.Bool(rapid.Bool().Draw(t, "bool"))
	case 2:
		return value.Int(rapid.Int64().Draw(t, "int"))
	case 3:
		return value.String(rapid.String().Draw(t, "text"))
	case 4:
		return value.String(rapid.SampledFrom(nearlyRight()).Draw(t, "near"))
	case 5:
		var b value.ArrayBuilder
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			b.Add(garbage(t, depth-1))
		}
		return b.Value()
	default:
		var b value.ObjectBuilder
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			name := rapid.OneOf(rapid.String(), rapid.SampledFrom(fieldNames())).Draw(t, "name")
			b.Set(name, garbage(t, depth-1))
		}
		return b.Value()
	}
}

func nearlyRight() []string {
	return []string{
		"{{", "}}", "{{}}", "{{ $context.data }}", "{{$context.data.a.b[0]}}", "{{$nodes.x}} and {{1 + }}",
		"{{$env.X}}", "{{ 1/0 }}", "$context.data == 1", "len($context.data) > 2", "10m", "5s", "1", "64MiB",
		"2026-03-01T12:00:00Z", "equal", "then", "fail", "end", "my_node", "return 1", "otherwise",
	}
}

func fieldNames() []string {
	return []string{
		"when", "and", "or", "not", "left", "op", "right", "strict", "onFalse", "cases", "name", "values", "value",
		"assign", "expression", "status", "headers", "body", "continue", "message", "for", "until",
		"collection", "source", "timeout", "memory", "env", "params", "upsert", "filter", "all", "ifUpdatedAt", "sort",
		"many", "page", "function", "field", "groupBy", "over", "while", "parallel", "$and", "$not", "$eq", "$in", "target",
	}
}
