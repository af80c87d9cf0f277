package end

import (
	"context"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// Why the execution ends here, for whoever reads the journal.
	Message string `json:"message"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	if field == "endStatus" {
		return `leave "endStatus" out: end succeeds; write "type: fail" to fail`
	}
	return ""
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "end",
		Summary: "Ends the execution as succeeded.",
		Result:  "nothing; no node comes after it.",
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	return r.Done(&end{Rendered: r.Template()})
}

type end struct{ node.Rendered }

func (e *end) Run(context.Context, node.Input) (node.Result, error) {
	return node.Result{Ends: flow.Succeeded}, nil
}
