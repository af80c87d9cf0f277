package api

import (
	"cmp"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// ExecutionForm is an execution in NocoBase's form.
type ExecutionForm struct {
	ID         string    `json:"id"`
	Key        string    `json:"key"`        // of the workflow
	WorkflowID string    `json:"workflowId"` // the same
	Status     *int      `json:"status"`     // NocoBase's number (SPEC §8); null: queued
	State      string    `json:"state,omitempty"`
	CreatedAt  time.Time `json:"createdAt,omitzero"`
	UpdatedAt  time.Time `json:"updatedAt,omitzero"`
	Delivery   string    `json:"delivery,omitempty"`
	Output     JSON      `json:"output,omitzero"`
}

func formOfExecution(x flow.Execution) ExecutionForm {
	f := ExecutionForm{
		ID: x.ID.Text(ident.Execution), Key: x.Workflow, WorkflowID: x.Workflow, State: string(x.Status),
		CreatedAt: x.CreatedAt, UpdatedAt: x.FinishedAt, Delivery: x.Delivery.Text(ident.Delivery), Output: JSON{x.Output},
	}
	if n, ok := x.Number(); ok {
		f.Status = &n
	}
	return f
}

// statesOf returns the states that have a number of NocoBase.
func statesOf(number string) ([]string, error) {
	states := map[string][]flow.Status{
		"null": {flow.Queued}, "0": {flow.Running, flow.Waiting}, "1": {flow.Succeeded}, "-1": {flow.Failed}, "-2": {flow.Failed}, "-3": {flow.Aborted}, "-4": {flow.Canceled},
	}
	if found := states[number]; found != nil {
		names := make([]string, len(found))
		for i, s := range found {
			names[i] = string(s)
		}
		return names, nil
	}
	return nil, fault.Field("api.statesOf", "filter", "%s is no status: null queued, 0 running, 1 succeeded, -1 and -2 failed, -3 aborted, -4 canceled", number)
}

func (r routes) listExecutionsForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	equal, err := c.filter("key", "workflowId", "status")
	if err != nil {
		return err
	}
	number, byStatus := equal["status"]
	l := store.Listing{Workflows: bound(req.Context()), Limit: store.MaxPage}
	if key := cmp.Or(equal["key"], equal["workflowId"]); key != "" {
		l.Query = l.Query.And(query.Is("workflow", key))
	}
	if byStatus {
		states, err := statesOf(number)
		if err != nil {
			return err
		}
		l.Query = l.Query.And(query.Is("status", states...))
	}
	from, until := (c.page-1)*c.pageSize, c.page*c.pageSize
	found, more := []ExecutionForm{}, false
	for fit, read := 0, 0; !more && read < maxFormRows; read += l.Limit {
		page, err := r.Executions.Executions(req.Context(), l)
		if err != nil {
			return err
		}
		for _, x := range page.Items {
			f := formOfExecution(x)
			// -1 and -2 are both the state failed.
			other := byStatus && x.Status == flow.Failed && (*f.Status == -1) != (number == "-1")
			if other || !caller(req.Context()).Sees(x.Workflow) {
				continue
			}
			if more = fit == until; more {
				break
			}
			if fit++; fit > from {
				found = append(found, f)
			}
		}
		if l.Before = page.Next; page.Next == 0 {
			break
		}
	}
	return writeAny(w, http.StatusOK, map[string]any{"data": found, "meta": map[string]any{"page": c.page, "pageSize": c.pageSize, "hasNext": more}})
}

func (r routes) getExecutionForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	x, err := r.executionOfForm(req, c)
	if err != nil {
		return err
	}
	return writeForm(w, formOfExecution(x))
}

func (r routes) cancelExecutionForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	x, err := r.executionOfForm(req, c)
	if err != nil {
		return err
	}
	if _, err := r.Engine.Cancel(x.ID); err != nil {
		return err
	}
	if x, err = r.Executions.Execution(req.Context(), x.ID); err != nil {
		return err
	}
	return writeForm(w, formOfExecution(x))
}

// executionOfForm returns the execution of filterByTk, which the caller may see.
func (r routes) executionOfForm(req *http.Request, c nocobaseCall) (flow.Execution, error) {
	text, err := c.key()
	if err != nil {
		return flow.Execution{}, err
	}
	return r.execution(req.Context(), text)
}
