package variable

import (
	"context"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The value, any JSON.
	Value value.Value `json:"value" required:"true"`
	// The key of an earlier node whose result is replaced by the value, besides that of this node.
	// No template.
	Assign string `json:"assign" max:"64"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	if field == "target" {
		return `write "assign: key" for NocoBase's target; leave it out to declare a new variable`
	}
	return ""
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "variable",
		Summary: "Names one value, or gives an earlier node's name a new value.",
		Result:  "the value.",
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	if cfg.Assign != "" && cfg.Assign == about.Key {
		r.Problem("assign", "names this node itself, which gets the value anyway; leave it out")
	}
	return r.Done(&variable{Rendered: r.Template(), assign: cfg.Assign})
}

type variable struct {
	node.Rendered
	assign string
}

// Assigns implements node.Assigner.
func (v *variable) Assigns() string { return v.assign }

func (v *variable) Run(_ context.Context, in node.Input) (node.Result, error) {
	return node.Result{Value: in.Value.Get("value")}, nil
}
