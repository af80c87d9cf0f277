package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// StepWindow holds the parameters that select a page of steps.
type StepWindow struct {
	After  int    `query:"after" minimum:"0" doc:"only steps after this n"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"1000" doc:"maximum number of steps"`
	Path   string `query:"path" maxLength:"1000" doc:"only steps whose path begins like this, e.g. each_item[3]/"`
	Node   string `query:"node" maxLength:"100" doc:"only steps of this node"`
	Status string `query:"status" enum:"running,waiting,succeeded,failed,skipped,canceled" doc:"only steps with this status"`
	Values int    `query:"values" minimum:"0" maximum:"8388608" default:"1048576" doc:"longest input or result that is included, in bytes; of a longer one only the size is stated"`
}

func (r routes) describeSteps() {
	handle(r, route{method: "GET", path: "/api/executions/{id}/steps", id: "list-steps", summary: "Steps of an execution, page by page", needs: account.ReadHistory}, r.listSteps)
	handle(r, route{method: "GET", path: "/api/executions/{id}/summary", id: "summarize-execution", summary: "One execution with its steps counted by node", needs: account.ReadHistory}, r.summarizeExecution)
	handle(r, route{method: "GET", path: "/api/executions/{id}/steps/{n}/{part}", id: "get-step-value", summary: "A part of the input or the result of a step", needs: account.ReadHistory}, r.stepValue)
}

// steps returns a page of steps, and After for the next one.
func (r routes) steps(ctx context.Context, id ident.ID, in *StepWindow) (list []Step, next int, err error) {
	page, err := r.Executions.Steps(ctx, store.StepQuery{
		Execution: id, After: in.After, Limit: in.Limit, Path: in.Path, Node: in.Node, Status: flow.Status(in.Status), Value: in.Values,
	})
	list = make([]Step, len(page.Steps))
	for i := range page.Steps {
		list[i] = stepOf(page.Steps[i])
	}
	return list, page.Next, err
}

// StepPage is a page of steps.
type StepPage struct {
	Items []Step `json:"items"`
	// MoreAfter is the value of after for the next page; 0 on the last page. A page may have fewer steps than the limit, or
	// none, before that.
	MoreAfter int `json:"moreAfter,omitempty"`
}

func (r routes) listSteps(ctx context.Context, in *oneExecution) (*one[StepPage], error) {
	x, err := r.execution(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := r.steps(ctx, x.ID, &in.StepWindow)
	if err != nil {
		return nil, err
	}
	return &one[StepPage]{StepPage{items, next}}, nil
}

// Summary is an execution with its steps counted, for drawing the way that it took.
type Summary struct {
	Execution
	Steps int           `json:"steps"` // of all nodes
	Nodes []NodeSummary `json:"nodes"` // in the order in which they ran first
}

// NodeSummary counts the steps of one node.
type NodeSummary struct {
	Node     string              `json:"node,omitempty"` // empty for the marks of retries
	Type     string              `json:"type"`
	Status   map[flow.Status]int `json:"status"`             // steps by status
	Branches map[string]int      `json:"branches,omitempty"` // steps by the branch that they chose
}

func (r routes) summarizeExecution(ctx context.Context, in *ExecutionPath) (*one[Summary], error) {
	x, err := r.execution(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	counts, err := r.Executions.StepCounts(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	s := Summary{Execution: executionOf(x), Nodes: make([]NodeSummary, len(counts))}
	for i, c := range counts {
		s.Nodes[i] = NodeSummary(c)
		for _, n := range c.Status {
			s.Steps += n
		}
	}
	return &one[Summary]{s}, nil
}
