package output

import (
	"context"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The value, any JSON. When several output nodes run, the last one's counts.
	Value value.Value `json:"value" required:"true"`
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "output",
		Summary: "Sets the result of the execution; a sync caller gets it if no response node answers.",
		Result:  "the value.",
		Output:  true,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	return r.Done(&output{Rendered: r.Template()})
}

type output struct{ node.Rendered }

func (o *output) Run(_ context.Context, in node.Input) (node.Result, error) {
	return node.Result{Value: in.Value.Get("value")}, nil
}
