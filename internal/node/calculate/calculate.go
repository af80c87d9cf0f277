package calculate

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The expression, without braces around it: `$context.data.price * $context.data.count`.
	Expression string `json:"expression" required:"true"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	if field == "engine" {
		return `leave "engine" out: there is one language of expressions`
	}
	return ""
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "calculate",
		Aliases: []string{"calculation"},
		Summary: "Evaluates an expression.",
		Result:  "the value of the expression.",
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	if strings.Contains(cfg.Expression, "{{") {
		r.Problem("expression", "this field is an expression already; write variables without {{ }}, as in $context.data.price * 2")
		return r.Done(nil)
	}
	expression := r.Expression("expression", cfg.Expression)
	return r.Done(&calculate{expression: expression, seen: node.NewTrace(expression)})
}

type calculate struct {
	expression *expr.Template
	seen       node.Trace
}

// inputRoom is the initial capacity for an input, in bytes; most inputs fit.
const inputRoom = 128

// Render returns what the expression reads: {"variables": {...}}.
func (c *calculate) Render(scope expr.Scope) (value.Value, error) {
	noted, err := c.seen.Lookup(scope)
	if err != nil {
		return value.Value{}, node.InField("expression", err)
	}
	buf := append(make([]byte, 0, inputRoom), `{"variables":`...)
	return value.TrustedBytes(append(c.seen.Append(buf, noted), '}')), nil
}

func (c *calculate) Run(_ context.Context, in node.Input) (node.Result, error) {
	v, err := c.expression.Eval(in.Scope)
	if err != nil {
		message := fault.Message(node.InField("expression", err))
		return node.Result{}, &node.Failure{Code: flow.CodeTemplate, Message: message, Final: true}
	}
	return node.Result{Value: v}, nil
}
