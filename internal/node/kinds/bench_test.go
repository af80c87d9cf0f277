package kinds_test

import (
	"os"
	"testing"

	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/value"
)

// push is an expr.Scope over a real call.
type push struct{ data value.Value }

func (p push) Var(root, name string) (value.Value, error) {
	if root == "context" && name == "data" {
		return p.data, nil
	}
	return value.Value{}, nil
}

// BenchmarkNode renders and runs one node on a GitHub push. A workflow with a condition and a record.create runs
// tens of thousands of times per second, and pays this cost each time.
func BenchmarkNode(b *testing.B) {
	text, err := os.ReadFile("../../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	data, err := value.ParseBytes(text, value.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for _, each := range []struct{ name, kind, config string }{
		{"condition", "condition", `{"onFalse":"fail","when":{"and":[{"left":"{{$context.data.ref}}","op":"equal","right":"refs/heads/main"}]}}`},
		{"expression", "condition", `{"onFalse":"fail","when":"$context.data.ref == \"refs/heads/main\""}`},
		{"record.create", "record.create", `{"collection":"pushes","values":{"branch":"{{$context.data.ref}}","by":"{{$context.data.pusher.name}}"}}`},
		{"response", "response", `{"status":201,"body":{"ref":"{{$context.data.ref}}"}}`},
	} {
		b.Run(each.name, func(b *testing.B) {
			kind := kinds.Set(kinds.Deps{}).Find(each.kind)
			n, problems := kind.Compile(value.Trusted(each.config), node.About{Key: "n", Sync: true})
			if len(problems) > 0 {
				b.Fatal(problems)
			}
			scope := push{data}
			b.ReportAllocs()
			for b.Loop() {
				input, err := n.Render(scope)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := n.Run(b.Context(), node.Input{Value: input, Scope: scope}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
