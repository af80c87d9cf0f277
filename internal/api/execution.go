package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// Whole is an execution with all its details.
type Whole struct {
	Execution
	Request *Call  `json:"request,omitempty"`
	Reply   *Reply `json:"reply,omitempty"` // from a Response node
	Steps   []Step `json:"steps"`
	// MoreAfter is the value of after for the next page of steps; 0 on the last page.
	MoreAfter int `json:"moreAfter,omitempty"`
}

// Step is one row of an execution's journal: one attempt at a node, or a retry by an operator.
type Step struct {
	N       int         `json:"n"`
	Path    string      `json:"path"` // node key and loop indexes
	Node    string      `json:"node,omitempty"`
	Type    string      `json:"type"`
	Attempt int         `json:"attempt,omitempty"`
	Round   int         `json:"round,omitempty"`
	Status  flow.Status `json:"status"`
	Input   JSON        `json:"input,omitzero"`
	Result  JSON        `json:"result,omitzero"`
	Branch  string      `json:"branch,omitempty"`
	// Ends is set if the step ended the execution, or failed its iteration or branch without a handler
	Ends       flow.Status    `json:"ends,omitempty"`
	Error      *flow.Error    `json:"error,omitempty"`
	Log        []flow.LogLine `json:"log,omitempty"`
	StartedAt  time.Time      `json:"startedAt,omitzero"`
	FinishedAt time.Time      `json:"finishedAt,omitzero"`
	WakeAt     time.Time      `json:"wakeAt,omitzero"`
}

// maxSteps is the most steps in one response.
const maxSteps = 1000

type oneExecution struct {
	ExecutionPath
	After int `query:"after" minimum:"0" doc:"only steps after this n"`
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"1000" doc:"maximum number of steps"`
}

func (r routes) showExecution(ctx context.Context, in *oneExecution) (*one[Whole], error) {
	x, err := r.execution(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	loaded, err := r.Executions.Load(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	w := Whole{Execution: executionOf(loaded.Execution), Reply: replyOf(loaded.Execution.Reply), Steps: []Step{}}
	if loaded.Delivery.ID != 0 {
		w.Request = callIn(loaded.Delivery)
	}
	for _, s := range loaded.Steps {
		if s.N <= in.After {
			continue
		}
		if len(w.Steps) == min(in.Limit, maxSteps) {
			w.MoreAfter = w.Steps[len(w.Steps)-1].N
			break
		}
		w.Steps = append(w.Steps, stepOf(s))
	}
	return &one[Whole]{w}, nil
}

func callIn(d hook.Delivery) *Call {
	c := callOf(d.Request, shownBody)
	return &c
}

func stepOf(s flow.Step) Step {
	return Step{
		N:          s.N,
		Path:       s.Path,
		Node:       s.Node,
		Type:       s.Type,
		Attempt:    s.Attempt,
		Round:      s.Round,
		Status:     s.Status,
		Input:      JSON{s.Input},
		Result:     JSON{s.Result},
		Branch:     s.Branch,
		Ends:       s.Ends,
		Error:      s.Error,
		Log:        s.Log,
		StartedAt:  s.StartedAt,
		FinishedAt: s.FinishedAt,
		WakeAt:     s.WakeAt,
	}
}
