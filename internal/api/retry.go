package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Retries plans retries and carries them out.
type Retries interface {
	// Plan says what a retry would do. The error is fault.NotFound if there is no such execution.
	Plan(context.Context, RetryRequest) (RetryPlan, error)
	// Retry puts an ended execution back into the queue. It returns fault.Conflict if that is not possible.
	Retry(context.Context, RetryRequest) error
}

// RetryRequest is a retry that somebody asks for.
type RetryRequest struct {
	Execution ident.ID
	From      string      // "": the failed step; "start"; the path of a step
	Revision  string      // "", "same" or "newest"
	Input     value.Value // the new $context.data; missing: unchanged
	By        string
}

// RetryPlan says what a retry does, before it happens.
type RetryPlan struct {
	Possible bool   `json:"possible"`
	Refused  string `json:"refused,omitempty"`  // why it is not possible
	From     string `json:"from,omitempty"`     // the step from which it runs; empty: the failed step
	Status   string `json:"status"`             // of the execution now
	Round    int    `json:"round"`              // of the execution now
	Revision string `json:"revision"`           // on which it continues
	Edited   bool   `json:"edited,omitempty"`   // the input is edited, by this retry or an earlier one
	Answered int    `json:"answered,omitempty"` // the status that a Response node has stored for the caller, who does not get another one
	// Effects are what the execution has already sent and written, in order, at most 500. A retry undoes none of it.
	Effects     []RetryEffect `json:"effects"`
	EffectCount int           `json:"effectCount"` // of all effects
	// Again are the steps that have run and run again, at most 500. Steps after them run, too.
	Again      []RetryStep `json:"again"`
	AgainCount int         `json:"againCount"` // of all such steps
}

// RetryEffect is something that an execution has done.
type RetryEffect struct {
	Kind    string    `json:"kind" enum:"sent,written"` // to the world outside, or to records
	Path    string    `json:"path"`
	Type    string    `json:"type"`
	Round   int       `json:"round,omitempty"`
	Target  string    `json:"target"`  // method and URL, channel and recipients, collection
	Outcome string    `json:"outcome"` // in words
	At      time.Time `json:"at,omitzero"`
	Again   bool      `json:"again,omitempty"` // the step runs again, so it happens again
}

// RetryStep is a step that runs again.
type RetryStep struct {
	Path string `json:"path"`
	Node string `json:"node"`
	Type string `json:"type"`
}

// Edit says that a retry has edited the input of an execution.
type Edit struct {
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
	Round int       `json:"round"` // from which on the edit counts
	Input JSON      `json:"input"`
}

// maxRetryInput is the largest body of a retry, in bytes.
const maxRetryInput = 10 << 20

type retryQuery struct {
	ExecutionPath
	From     string `query:"from" maxLength:"4096" doc:"start, the path of a step, or its node's key if it ran only once; empty: the failed step"`
	Revision string `query:"revision" enum:"same,newest" doc:"empty: the newest if what has run is unchanged there, else the execution's own"`
}

func (r routes) retry() {
	handle(r, route{method: "GET", path: "/api/executions/{id}/retry", id: "plan-retry", summary: "What a retry would do, and what was already sent and written", needs: account.ReadHistory},
		func(ctx context.Context, in *retryQuery) (*one[RetryPlan], error) {
			x, err := r.execution(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			plan, err := r.Retries.Plan(ctx, RetryRequest{Execution: x.ID, From: in.From, Revision: in.Revision})
			if err != nil {
				return nil, err
			}
			return &one[RetryPlan]{plan}, nil
		})
	respond(r, account.ActOnHistory, huma.Operation{
		OperationID: "retry-execution", Method: http.MethodPost, Path: "/api/executions/{id}/retry",
		Summary:     "Run an ended execution again: from its failed step, from another step or from the start, also with edited input",
		RequestBody: &huma.RequestBody{Content: anyJSON(`nothing, or an object with "from", "revision" and "input", each optional`)},
		Responses:   response("200", "the execution", anyJSON("as in get-execution, without steps")),
	}, func(w http.ResponseWriter, req *http.Request, in *ExecutionPath) error {
		ctx := req.Context()
		x, err := r.execution(ctx, in.ID)
		if err != nil {
			return err
		}
		asked, err := retryBody(w, req)
		if err != nil {
			return err
		}
		asked.Execution, asked.By = x.ID, byline(ctx)
		if err := r.Retries.Retry(ctx, asked); err != nil {
			return err
		}
		row, err := r.executionRow(ctx, x.ID)
		if err != nil {
			return err
		}
		return writeAny(w, http.StatusOK, row.Body)
	})
}

// retryBody reads the body of a retry. It may be empty.
func retryBody(w http.ResponseWriter, req *http.Request) (RetryRequest, error) {
	const op = "api.retryBody"
	asked := RetryRequest{}
	if req.ContentLength == 0 {
		return asked, nil
	}
	req.Body = http.MaxBytesReader(w, req.Body, maxRetryInput)
	body, err := readJSON(w, req)
	if err != nil {
		return asked, err
	}
	if body.Kind() != value.KindObject {
		return asked, fault.New(op, fault.Invalid, `the body must be an object with "from", "revision" and "input"`)
	}
	for name, v := range body.Members() {
		text, isText := v.Str()
		switch name {
		case "from", "revision":
			if !isText {
				return asked, fault.Field(op, "body."+name, "must be a string")
			}
			if name == "from" {
				asked.From = text
			} else {
				asked.Revision = text
			}
		case "input":
			asked.Input = v
		default:
			hint := "; there are from, revision and input"
			if meant, ok := nearest.Name(name, []string{"from", "revision", "input"}); ok {
				hint = "; did you mean " + meant + "?"
			}
			return asked, fault.Field(op, "body."+name, "unknown field%s", hint)
		}
	}
	return asked, nil
}

// byline names the caller in the history.
func byline(ctx context.Context) string {
	who := caller(ctx)
	switch {
	case who.Name == "" && who.Kind == account.ByToken:
		return "the server's token"
	case who.Kind == account.ByKey:
		return "API key " + who.Name
	default:
		return who.Name
	}
}

// editOf returns the edit of an execution's input that is in force, or nil.
func editOf(steps []flow.Step) *Edit {
	e, ok := flow.EditOf(steps)
	if !ok {
		return nil
	}
	return &Edit{By: e.By, At: e.Row.StartedAt, Round: e.Row.Round, Input: JSON{e.Data}}
}
