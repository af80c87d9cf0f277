package set

import (
	"context"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The values by name, any JSON. Names may be templates too.
	Values decode.Map[value.Value] `json:"values" required:"true" min:"1" max:"500"`
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "set",
		Summary: "Puts named values together, for later nodes to use by name.",
		Result:  "the object of the values.",
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	return r.Done(&set{Rendered: r.Template()})
}

type set struct{ node.Rendered }

func (s *set) Run(_ context.Context, in node.Input) (node.Result, error) {
	return node.Result{Value: in.Value.Get("values")}, nil
}
