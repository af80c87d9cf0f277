package loop

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// What to go over: an array (a pass for each element), an object (a pass for each member, whose name
	// is `$scopes.<key>.key`), a whole number (so many passes), or null (none). It is evaluated once,
	// before the first pass. Without it, `while` alone says how often.
	Over value.Value `json:"over"`
	// Asked before each pass, with that pass's `$scopes.<key>`: [rules](#rules), or an expression as text.
	// The loop ends, well, when the answer is no. Null counts as no.
	While value.Value `json:"while"`
	// How many passes may run at once. No template. More than one only without `while`.
	Parallel int `json:"parallel" min:"1" max:"256"`
	// How many passes there may be, 10000 when nothing is said. More of them fail the node: before the
	// first pass when `over` says how many there are. No template.
	MaxItems int `json:"maxItems" min:"1" max:"100000"`
	// What a pass that failed means: `fail` (the default) fails the node and cancels the passes beside
	// it, `break` begins no further pass, `continue` goes on. After `break` and `continue` the result
	// tells of it.
	OnItemError string `json:"onItemError" enum:"fail,break,continue"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "items", "in", "each", "collection", "array", "list":
		return `write "over: ..." for what the loop goes over`
	case "times", "count":
		return `write "over: ..." with the number`
	case "concurrency", "batchSize":
		return `write "parallel: ..." for how many passes run at once`
	case "do", "nodes", "body":
		return "write the nodes of the loop under branches, next to config: branches: {do: [ … ]}"
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:     "loop",
		Summary:  "Runs the nodes of its branch once for each item, a number of times, or while a condition holds.",
		Result:   "`{count, failed, errors: [{index, node, code, message}]}`: passes that ran, those of them that failed, and why the first 20 did.",
		Branches: node.Passes,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	cfg := config{Parallel: 1, MaxItems: flow.DefaultMaxItems, OnItemError: string(flow.PassFail)}
	r := node.Translated("loop", raw, &cfg, about)
	n := &loop{over: r.Part("over", cfg.Over), parallel: cfg.Parallel}
	if !cfg.While.IsMissing() {
		n.while = r.When("while", cfg.While)
	}
	n.tail = tail(cfg, n.while != nil)
	switch {
	case cfg.Over.IsMissing() && cfg.While.IsMissing() && r.Clean():
		r.Problem("over", `is required: what to go over; or write "while" with a condition`)
	case n.while != nil && cfg.Parallel > 1:
		r.Problem("parallel", "must be 1 when while is set: the condition is evaluated after the previous pass ends")
	case !slices.Contains(about.Branches, flow.PassBranch) && r.Clean():
		r.Problem("", "there is nothing to run: write the nodes under branches: {do: [ … ]}, next to config")
	}
	if !cfg.Over.IsMissing() && node.Fixed(cfg.Over) && r.Clean() {
		if _, err := flow.PassesOf(input(cfg.Over, n.tail)); err != nil {
			r.Problem("over", strings.TrimPrefix(err.Error(), "over: "))
		}
	}
	return r.Done(n)
}

type loop struct {
	over     *expr.Template // nil: none
	while    *expr.Template // nil: none
	parallel int
	tail     string // the part of the input that does not depend on data
}

// tail returns the part of the input after "over".
func tail(cfg config, while bool) string {
	return `"while":` + strconv.FormatBool(while) + `,"parallel":` + strconv.Itoa(cfg.Parallel) +
		`,"maxItems":` + strconv.Itoa(cfg.MaxItems) + `,"onItemError":"` + cfg.OnItemError + `"}`
}

// input returns the input that flow.PassesOf reads.
func input(over value.Value, tail string) value.Value {
	return value.Trusted(`{"over":` + over.Text() + `,` + tail)
}

func (l *loop) Render(scope expr.Scope) (value.Value, error) {
	if l.over == nil {
		return value.Trusted("{" + l.tail), nil
	}
	over, err := l.over.Eval(scope)
	if err != nil {
		return value.Value{}, node.InField("over", err)
	}
	return input(over, l.tail), nil
}

// Run checks the input of the passes.
func (l *loop) Run(_ context.Context, in node.Input) (node.Result, error) {
	if _, err := flow.PassesOf(in.Value); err != nil {
		return node.Result{}, &node.Failure{Message: err.Error(), Final: true}
	}
	return node.Result{}, nil
}

// Holds implements node.Looper.
func (l *loop) Holds(scope expr.Scope) (bool, error) {
	if l.while == nil {
		return true, nil
	}
	yes, err := l.while.EvalBool(scope)
	if err != nil {
		return false, node.InField("while", err)
	}
	return yes, nil
}

// AtOnce implements node.Looper.
func (l *loop) AtOnce() bool { return l.parallel > 1 }
