package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// Whole is an execution with all its details.
type Whole struct {
	Execution
	Request *Call  `json:"request,omitempty"` // only on the first page of steps
	Reply   *Reply `json:"reply,omitempty"`   // from a Response node
	Edited  *Edit  `json:"edited,omitempty"`  // a retry has edited the input; only on the first page of steps
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
	Input   JSON        `json:"input,omitzero"` // absent if it is longer than asked for; see inputSize
	Result  JSON        `json:"result,omitzero"`
	// The sizes of input and result, in bytes of JSON; 0 if there is none.
	InputSize  int    `json:"inputSize,omitempty"`
	ResultSize int    `json:"resultSize,omitempty"`
	Branch     string `json:"branch,omitempty"`
	// Ends is set if the step ended the execution, or failed its iteration or branch without a handler
	Ends       flow.Status    `json:"ends,omitempty"`
	Error      *flow.Error    `json:"error,omitempty"`
	Log        []flow.LogLine `json:"log,omitempty"`
	StartedAt  time.Time      `json:"startedAt,omitzero"`
	FinishedAt time.Time      `json:"finishedAt,omitzero"`
	WakeAt     time.Time      `json:"wakeAt,omitzero"`
}

type oneExecution struct {
	ExecutionPath
	StepWindow
}

// showExecution returns an execution with a page of its steps. The call is on the first page only.
func (r routes) showExecution(ctx context.Context, in *oneExecution) (*one[Whole], error) {
	x, err := r.execution(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	w := Whole{Execution: executionOf(x), Reply: replyOf(x.Reply)}
	if w.Steps, w.MoreAfter, err = r.steps(ctx, x.ID, &in.StepWindow); err != nil {
		return nil, err
	}
	if in.After > 0 {
		return &one[Whole]{w}, nil
	}
	if x.Round > 0 { // only a retry edits
		loaded, err := r.Executions.Load(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		w.Edited = editOf(loaded.Steps)
	}
	d, err := r.Deliveries.Delivery(ctx, x.Delivery)
	switch {
	case err == nil:
		w.Request = callIn(d)
	case !fault.Is(err, fault.NotFound): // it was deleted
		return nil, err
	}
	return &one[Whole]{w}, nil
}

func callIn(d hook.Delivery) *Call {
	c := callOf(d.Request, shownBody)
	return &c
}

func stepOf(s store.SizedStep) Step {
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
		InputSize:  s.InputSize,
		ResultSize: s.ResultSize,
	}
}
