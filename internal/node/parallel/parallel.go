package parallel

import (
	"context"
	"fmt"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// maxName bounds the name of a branch, in bytes.
const maxName = 64

type config struct {
	// When the node is done: `all` (the default) waits for every branch, and the first that fails
	// cancels the others and fails the node; `any` takes the first branch that succeeds and cancels the
	// others, and fails when every branch has failed.
	Mode string `json:"mode" enum:"all,any"`
}

// Hint explains where to write the branches.
func (config) Hint(field string) string {
	switch field {
	case "branches", "nodes":
		return "write the branches next to config: branches: {mail: [ … ], archive: [ … ]}"
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:     "parallel",
		Summary:  "Runs its branches at the same time.",
		Result:   "an object: for each branch that succeeded, by name, the result of the last node in its list.",
		Branches: node.AllAtOnce,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	cfg := config{Mode: flow.ForkAll}
	r := node.Translated("parallel", raw, &cfg, about)
	count := 0
	for _, name := range about.Branches {
		if name == flow.ErrorBranch {
			continue
		}
		if count++; name == "" || len(name) > maxName {
			r.Problem("", fmt.Sprintf("%s is not a valid branch name: write 1 to %d characters", decode.Quote(name), maxName))
		}
	}
	switch {
	case count == 0 && r.Clean():
		r.Problem("", "there is nothing to run: write the branches next to config, under names you choose: branches: {mail: [ … ], archive: [ … ]}")
	case count > flow.MaxBranches:
		r.Problem("", fmt.Sprintf("%d branches are too many: at most %d", count, flow.MaxBranches))
	}
	return r.Done(parallel{value.Trusted(`{"mode":"` + cfg.Mode + `"}`)})
}

type parallel struct{ input value.Value }

func (p parallel) Render(expr.Scope) (value.Value, error) { return p.input, nil }

func (parallel) Run(context.Context, node.Input) (node.Result, error) { return node.Result{}, nil }
