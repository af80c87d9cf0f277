package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Execution is an execution as shown in a list.
type Execution struct {
	ID         string      `json:"id"`
	Workflow   string      `json:"workflow"`
	Revision   string      `json:"revision"`
	Delivery   string      `json:"delivery,omitempty"`
	Mode       flow.Mode   `json:"mode"`
	Status     flow.Status `json:"status"`
	Reason     string      `json:"reason,omitempty"` // why it was aborted
	Error      *flow.Error `json:"error,omitempty"`
	Output     JSON        `json:"output,omitzero"`
	Resumes    int         `json:"resumes,omitempty"` // how many server restarts it has been resumed after
	Round      int         `json:"round,omitempty"`   // how often an operator has retried it
	CreatedAt  time.Time   `json:"createdAt"`
	StartedAt  time.Time   `json:"startedAt,omitzero"`
	FinishedAt time.Time   `json:"finishedAt,omitzero"`
	WakeAt     time.Time   `json:"wakeAt,omitzero"`
}

func executionOf(x flow.Execution) Execution {
	return Execution{
		ID:         x.ID.Text(ident.Execution),
		Workflow:   x.Workflow,
		Revision:   x.Revision,
		Delivery:   x.Delivery.Text(ident.Delivery),
		Mode:       x.Mode,
		Status:     x.Status,
		Reason:     x.Reason,
		Error:      x.Error,
		Output:     JSON{x.Output},
		Resumes:    x.Resumes,
		Round:      x.Round,
		CreatedAt:  x.CreatedAt,
		StartedAt:  x.StartedAt,
		FinishedAt: x.FinishedAt,
		WakeAt:     x.WakeAt,
	}
}

type executionQuery struct {
	Paging
	Workflow string `query:"workflow" maxLength:"64"`
	Status   string `query:"status" enum:"queued,running,waiting,succeeded,failed,canceled,aborted"`
}

// ExecutionPath is the path parameter that selects an execution.
type ExecutionPath struct {
	ID string `path:"id" maxLength:"32" doc:"exe_…, or last for the newest"`
}

func (r routes) executions() {
	handle(r, route{method: "GET", path: "/api/executions", id: "list-executions", summary: "Executions, newest first", needs: account.ReadHistory}, r.listExecutions)
	handle(r, route{method: "GET", path: "/api/executions/{id}", id: "get-execution", summary: "One execution with its request and its steps", needs: account.ReadHistory}, r.showExecution)
	handle(r, route{method: "POST", path: "/api/executions/{id}/retry", id: "retry-execution", summary: "Run an ended execution on from its failed step", needs: account.ActOnHistory},
		func(ctx context.Context, in *ExecutionPath) (*one[Execution], error) {
			id, err := r.executionID(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if err := r.Engine.Retry(store.Retry{Execution: id}); err != nil {
				return nil, err
			}
			return r.executionRow(ctx, id)
		})
	handle(r, route{method: "POST", path: "/api/executions/{id}/cancel", id: "cancel-execution", summary: "Ask that an execution be canceled", needs: account.ActOnHistory},
		func(ctx context.Context, in *ExecutionPath) (*one[Execution], error) {
			id, err := r.executionID(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if _, err := r.Engine.Cancel(id); err != nil {
				return nil, err
			}
			return r.executionRow(ctx, id)
		})
}

func (r routes) listExecutions(ctx context.Context, in *executionQuery) (*list[Execution], error) {
	before, err := parseID(ident.Execution, "before", in.Before)
	if err != nil {
		return nil, err
	}
	rows, err := r.Executions.Executions(ctx, store.ExecutionQuery{
		Workflow: in.Workflow, Status: flow.Status(in.Status), Before: before, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	page := Page[Execution]{Items: make([]Execution, len(rows))}
	for i, x := range rows {
		page.Items[i] = executionOf(x)
	}
	if len(rows) == in.Limit {
		page.Next = page.Items[len(rows)-1].ID
	}
	return &list[Execution]{page}, nil
}

// executionID parses an id in a path. "last" is the newest execution.
func (r routes) executionID(ctx context.Context, text string) (ident.ID, error) {
	if text != newest {
		return parseID(ident.Execution, "id", text)
	}
	rows, err := r.Executions.Executions(ctx, store.ExecutionQuery{Limit: 1})
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, fault.New("api.executionID", fault.NotFound, "no executions yet")
	}
	return rows[0].ID, nil
}

func (r routes) executionRow(ctx context.Context, id ident.ID) (*one[Execution], error) {
	loaded, err := r.Executions.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	return &one[Execution]{executionOf(loaded.Execution)}, nil
}
