package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
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
	Output     JSON        `json:"output,omitzero"`   // in a list only up to 16 KiB
	Resumes    int         `json:"resumes,omitempty"` // how many server restarts it has been resumed after
	Round      int         `json:"round,omitempty"`   // how often an operator has retried it
	CreatedAt  time.Time   `json:"createdAt"`
	StartedAt  time.Time   `json:"startedAt,omitzero"`
	FinishedAt time.Time   `json:"finishedAt,omitzero"`
	WakeAt     time.Time   `json:"wakeAt,omitzero"`
	Labels     []Pair      `json:"labels,omitempty"` // from options.labels of the workflow
}

func executionOf(x flow.Execution) Execution {
	var labels []Pair
	for _, l := range x.Labels {
		labels = append(labels, Pair(l))
	}
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
		Labels:     labels,
	}
}

type executionQuery struct {
	Listing
	Workflow string `query:"workflow" maxLength:"64" doc:"the same as workflow: in q"`
	Status   string `query:"status" enum:"queued,running,waiting,succeeded,failed,canceled,aborted" doc:"the same as status: in q"`
}

// ExecutionPath is the path parameter that selects an execution.
type ExecutionPath struct {
	ID string `path:"id" maxLength:"32" doc:"exe_…, or last for the newest"`
}

func (r routes) executions() {
	handle(r, route{method: "GET", path: "/api/executions", id: "list-executions", summary: "Executions, newest first", needs: account.ReadHistory}, r.listExecutions)
	handle(r, route{method: "GET", path: "/api/executions/{id}", id: "get-execution", summary: "One execution with its request and its steps", needs: account.ReadHistory}, r.showExecution)
	r.describeSteps()
	r.retry()
	handle(r, route{method: "POST", path: "/api/executions/{id}/cancel", id: "cancel-execution", summary: "Ask that an execution be canceled", needs: account.ActOnHistory},
		func(ctx context.Context, in *ExecutionPath) (*one[Execution], error) {
			x, err := r.execution(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if _, err := r.Engine.Cancel(x.ID); err != nil {
				return nil, err
			}
			return r.executionRow(ctx, x.ID)
		})
}

func (r routes) listExecutions(ctx context.Context, in *executionQuery) (*searched[Execution], error) {
	l, err := in.of(ctx, r.Clock.Now(), query.Executions, word("workflow", in.Workflow), word("status", in.Status))
	if err != nil {
		return nil, err
	}
	page, err := r.Executions.Executions(ctx, l)
	if err != nil {
		return nil, err
	}
	return foundIn(l.Query, page, ident.Execution, executionOf), nil
}

// execution returns one execution, without its steps, that the caller may see. The id "last" is the newest one.
func (r routes) execution(ctx context.Context, text string) (flow.Execution, error) {
	const op = "api.execution"
	if text == newest {
		page, err := r.Executions.Executions(ctx, store.Listing{Limit: 1, Workflows: bound(ctx)})
		if err == nil && len(page.Items) == 0 {
			err = fault.New(op, fault.NotFound, "no executions yet")
		}
		if err != nil {
			return flow.Execution{}, err
		}
		return r.Executions.Execution(ctx, page.Items[0].ID)
	}
	id, err := parseID(ident.Execution, "id", text)
	if err != nil {
		return flow.Execution{}, err
	}
	x, err := r.Executions.Execution(ctx, id)
	if err == nil && !caller(ctx).Sees(x.Workflow) {
		err = fault.New(op, fault.NotFound, "there is no execution %s", text)
	}
	return x, err
}

func (r routes) executionRow(ctx context.Context, id ident.ID) (*one[Execution], error) {
	x, err := r.Executions.Execution(ctx, id)
	if err != nil {
		return nil, err
	}
	return &one[Execution]{executionOf(x)}, nil
}
