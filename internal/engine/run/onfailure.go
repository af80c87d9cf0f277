package run

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// maxFailedData is the largest body of a failed call that the workflow for failures gets, in bytes.
const maxFailedData = 256 << 10

// methodCall is the method of a delivery that another workflow made.
const methodCall = "CALL"

// onFailure returns the execution that the end of this one starts (options.onFailure), or nil. Its call has the
// method CALL, no address, and as data:
//
//	{execution: {id, workflow, revision, delivery, status, reason, round, createdAt, startedAt, finishedAt},
//	 error: {code, message, node}, call: {method, path, data}}
//
// call.data is null if the call cannot be read, or its body has more than maxFailedData bytes.
func (r *Run) onFailure(final store.State) *store.Accept {
	if final.Status != flow.Failed && final.Status != flow.Aborted {
		return nil
	}
	compiled, x := r.compiled, &r.job.Execution
	if compiled == nil {
		if compiled = r.runner.Programs.Current(x.Workflow); compiled == nil {
			return nil
		}
	}
	key := compiled.Workflow.Options.OnFailure
	if key == "" {
		return nil
	}
	handler := r.runner.Programs.Current(key)
	if handler == nil || handler.Workflow.Trigger.Type != flow.TypeCall {
		r.runner.Log.Error("the workflow for failures cannot run: it is disabled, or not of type call",
			About(x, "onFailure", key)...)
		return nil
	}
	now := r.runner.Clock.Now()
	delivery := hook.Delivery{
		ID: r.runner.IDs.Next(), Workflow: key, Revision: handler.Workflow.Revision, Outcome: hook.Accepted,
		Request: hook.Request{
			Method: methodCall, ContentType: "application/json", ReceivedAt: now, Body: []byte(r.failure(final).Text()),
		},
	}
	delivery.Execution = r.runner.IDs.Next()
	labels, failed := handler.Labels.OfRequest(delivery.Request)
	delivery.Reason = strings.Join(failed, "; ")
	return &store.Accept{Delivery: delivery, Execution: flow.Execution{
		ID: delivery.Execution, Workflow: key, Revision: handler.Workflow.Revision, Delivery: delivery.ID,
		Mode: flow.Async, Status: flow.Queued, CreatedAt: now, Labels: labels,
	}}
}

// failure describes a failed execution, with secrets masked as in its history.
func (r *Run) failure(final store.State) value.Value {
	x := &r.job.Execution
	var execution, failed, call, all value.ObjectBuilder
	execution.Set("id", value.String(x.ID.Text(ident.Execution))).Set("workflow", value.String(x.Workflow)).
		Set("revision", value.String(x.Revision)).Set("delivery", value.String(x.Delivery.Text(ident.Delivery))).
		Set("status", value.String(string(final.Status))).Set("reason", value.String(final.Reason)).
		Set("round", value.Int(int64(x.Round))).Set("createdAt", instant(x.CreatedAt)).
		Set("startedAt", instant(final.StartedAt)).Set("finishedAt", instant(final.FinishedAt))
	all.Set("execution", execution.Value())
	if e := final.Error; e != nil {
		failed.Set("code", value.String(e.Code)).Set("message", value.String(e.Message)).Set("node", value.String(e.Node))
		all.Set("error", failed.Value())
	} else {
		all.Set("error", value.Null())
	}
	if c := r.job.Call; c != nil {
		data := value.Null()
		if len(c.RawBody) <= maxFailedData && !c.Data.IsMissing() {
			data = c.Data
		}
		call.Set("method", value.String(c.Method)).Set("path", value.String(c.Path)).Set("data", data)
		all.Set("call", call.Value())
	} else {
		all.Set("call", value.Null())
	}
	return all.Value()
}

// FailureOf returns the execution that one starts which the table has aborted, or nil. It may be accepted more than
// once: its dedupe key names the end.
func (e *Runner) FailureOf(x store.Loaded) *store.Accept {
	r := &Run{runner: e, job: &Job{Execution: x.Execution, Steps: x.Steps}}
	if call, err := body.Context(x.Delivery.Request); err == nil {
		r.job.edit(&call)
		r.job.Call = &call
	}
	r.compiled, _ = e.Programs.Program(x.Execution.Workflow, x.Execution.Revision)
	a := r.onFailure(store.State{
		Status: x.Execution.Status, Reason: x.Execution.Reason, Error: x.Execution.Error,
		StartedAt: x.Execution.StartedAt, FinishedAt: x.Execution.FinishedAt,
	})
	if a != nil {
		key := sha256.Sum256(fmt.Appendf(nil, "onFailure %d #%d", x.Execution.ID, x.Execution.Round))
		a.Dedupe = &store.Dedupe{Key: key, Expires: a.Execution.CreatedAt.Add(keepFailures)}
	}
	return a
}

// keepFailures is how long the end of an execution that the table has aborted starts no second execution.
const keepFailures = 30 * 24 * time.Hour

// instant returns a time as JSON, or null if it is zero.
func instant(t time.Time) value.Value {
	if t.IsZero() {
		return value.Null()
	}
	return value.String(t.UTC().Format(time.RFC3339Nano))
}
