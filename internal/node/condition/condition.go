package condition

import (
	"context"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// The branches of a condition.
const (
	branchThen = "then"
	branchElse = "else"
)

// onFalseEnd makes a false condition end the execution as succeeded. Otherwise the execution fails.
const onFalseEnd = "end"

type config struct {
	// The question: [rules](#rules) (`{and: [{left: "{{…}}", op: equal, right: …}]}`, nested with `and`,
	// `or` and `not`), or an expression as text. Null counts as no.
	When value.Value `json:"when" required:"true"`
	// What a no means for a condition without branches: `fail` ends the execution as failed, `end` ends
	// it as succeeded. Required without branches, refused with them.
	OnFalse string `json:"onFalse" enum:"fail,end"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	switch field {
	case "rejectOnFalse":
		return `write "onFalse: fail" for NocoBase's rejectOnFalse`
	case "calculation", "expression":
		return `write "when: ..." for NocoBase's ` + field + `: rules, or an expression as text`
	case "engine":
		return `leave "engine" out: "when" takes rules and expressions of one language`
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:     "condition",
		Summary:  "Evaluates a condition and continues in the matching branch.",
		Result:   "true or false.",
		Branches: node.ThenElse,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	when := r.When("when", cfg.When)
	branches := about.HasBranches()
	switch {
	case branches && cfg.OnFalse != "":
		r.Problem("onFalse", "is only for a condition without branches: with branches, a false condition continues in branches.else; leave it out")
	case !branches && raw.Get("onFalse").IsMissing():
		r.Problem("onFalse", "is required for a condition without branches: write fail or end, or add branches.then and branches.else")
	}
	return r.Done(&condition{seen: node.NewTrace(when), branches: branches, onFalse: cfg.OnFalse})
}

type condition struct {
	seen     node.Trace
	branches bool
	onFalse  string
}

// The input is {"result": the result, "variables": the values that were read}.
const (
	yesPrefix = `{"result":true,"variables":`
	noPrefix  = `{"result":false,"variables":`
	inputRoom = 128 // initial capacity in bytes; most inputs fit
)

func (c *condition) Render(scope expr.Scope) (value.Value, error) {
	yes, noted, err := c.seen.Test(0, scope, nil)
	if err != nil {
		return value.Value{}, node.InField("when", err)
	}
	prefix := noPrefix
	if yes {
		prefix = yesPrefix
	}
	buf := append(make([]byte, 0, inputRoom), prefix...)
	return value.TrustedBytes(append(c.seen.Append(buf, noted), '}')), nil
}

func (c *condition) Run(_ context.Context, in node.Input) (node.Result, error) {
	yes, _ := in.Value.Get("result").AsBool()
	result := node.Result{Value: value.Bool(yes)}
	switch {
	case c.branches && yes:
		result.Branch = branchThen
	case c.branches:
		result.Branch = branchElse
	case !yes && c.onFalse == onFalseEnd:
		result.Ends = flow.Succeeded
	case !yes:
		result.Ends = flow.Failed
		result.Error = &flow.Error{Code: flow.CodeCondition, Message: "the condition was not met"}
	}
	return result, nil
}
