package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// looping is a loop with that input.
func looping(input string) *fake {
	return &fake{
		info:   node.Info{Type: "loop", Branches: node.Passes},
		render: func(expr.Scope) (value.Value, error) { return value.Trusted(input), nil },
		run:    func(context.Context, node.Input) (node.Result, error) { return node.Result{}, nil },
	}
}

// over is the input of a loop with n items, so many at once.
func over(n, parallel int, onItemError string) string {
	return fmt.Sprintf(`{"over":%d,"while":false,"parallel":%d,"maxItems":10000,"onItemError":%q}`, n, parallel, onItemError)
}

// forking is a fork of that mode.
func forking(mode string) *fake {
	f := looping(`{"mode":"` + mode + `"}`)
	f.info = node.Info{Type: "parallel", Branches: node.AllAtOnce}
	return f
}

// inLoop puts nodes into the branch of a loop called each.
func inLoop(nodes ...flow.Node) []flow.Node {
	return []flow.Node{{Key: "each", Type: "loop", Branches: []flow.Branch{{Name: flow.PassBranch, Nodes: nodes}}}}
}

// inFork puts each node into a branch of its own of a fork called fan.
func inFork(nodes ...flow.Node) []flow.Node {
	fan := flow.Node{Key: "fan", Type: "parallel"}
	for _, n := range nodes {
		fan.Branches = append(fan.Branches, flow.Branch{Name: "b" + n.Key, Nodes: []flow.Node{n}})
	}
	return []flow.Node{fan}
}

// slow is a node that may take long.
func slow(run func(context.Context, node.Input) (node.Result, error)) *fake {
	return &fake{info: node.Info{Timeout: time.Hour}, run: run}
}

// item reads $scopes.each of a pass.
func item(in node.Input, name string) string {
	v, err := in.Scope.Var("scopes", "each")
	if err != nil {
		return err.Error()
	}
	return v.Get(name).Text()
}

// asks asks for a record about the pass's item.
func asks() *fake {
	return &fake{
		info: node.Info{Type: "record.create", Effect: node.Records},
		run: func(_ context.Context, in node.Input) (node.Result, error) {
			var b value.ObjectBuilder
			b.Set("about", value.Trusted(item(in, "item")))
			return node.Result{Op: &collection.Op{Kind: collection.Create, Collection: "things", Values: b.Value()}}, nil
		},
	}
}

// about lists what the records are about, in order.
func (m *memory) about() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, r := range m.records {
		all = append(all, r.Get("about").Text())
	}
	slices.Sort(all)
	return all
}

// numbers are the texts of the numbers below n, sorted as texts.
func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(i))
	}
	slices.Sort(all)
	return all
}

// lines shows a journal, one line for each row.
func lines(steps []flow.Step) []string {
	var all []string
	for _, s := range steps {
		line := fmt.Sprintf("%d %s %s", s.N, s.Path, s.Status)
		if s.Ends != "" {
			line += " ends " + string(s.Ends)
		}
		all = append(all, line)
	}
	return all
}
