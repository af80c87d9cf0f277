package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Samples keeps the calls that drafts are tried on.
type Samples interface {
	// PutSample replaces the sample of a workflow, which needs no draft. The error is of kind fault.TooLarge if the call
	// has more than store.MaxSample bytes.
	PutSample(workflow string, s store.Sample) error
}

// maxHeardBody is the longest body that is sent with the event of a sample, in bytes.
const maxHeardBody = 64 << 10

// Listening says where a call is waited for.
type Listening struct {
	Workflow string    `json:"workflow"`
	URLs     []string  `json:"urls"` // that senders use
	Until    time.Time `json:"until"`
}

// Heard is the call that has become the sample of a workflow.
type Heard struct {
	Workflow string       `json:"workflow"`
	Delivery string       `json:"delivery"`
	Outcome  hook.Outcome `json:"outcome"`
	Gate     string       `json:"gate,omitempty"` // that decided
	Reason   string       `json:"reason,omitempty"`
	Status   int          `json:"status,omitempty"` // of the response
	// Partial says why the sample is not the whole call; empty if it is.
	Partial string `json:"partial,omitempty"`
	Request Call   `json:"request"` // with at most 64 KiB of the body
	// Parsed are its parameters, as of parse; absent if the call cannot be decoded.
	Parsed *Parsed `json:"parsed,omitempty"`
}

func (r routes) listen() {
	streams(r, route{
		method: http.MethodGet, path: "/api/workflows/{key}/listen", id: "listen", needs: account.TestWorkflows,
		summary: "Wait for the next call to a workflow, or to its URL, and make it the sample of the draft; the call is handled as always",
	}, "listening, then sample, timeout or problem",
		func(ctx context.Context, in *struct {
			Key     string `path:"key" maxLength:"64"`
			Seconds int    `query:"seconds" minimum:"1" maximum:"3600" default:"600" doc:"how long to wait"`
		}, send sendEvent) error {
			d, err := r.draft(ctx, in.Key)
			if err != nil {
				return err
			}
			path, _ := d.Document.Get("trigger").Get("path").Str()
			wait := time.Duration(in.Seconds) * time.Second
			waiting, stop := context.WithTimeout(ctx, wait)
			defer stop()
			call, heard, err := r.Live.Listen(waiting, in.Key, path, func() error {
				return send("", "listening", Listening{in.Key, r.urlsOf(in.Key, path), r.Clock.Now().Add(wait).UTC()})
			})
			switch {
			case err != nil || ctx.Err() != nil:
				return err
			case heard:
				return r.heard(ctx, in.Key, call, send)
			case errors.Is(waiting.Err(), context.DeadlineExceeded):
				return send("", "timeout", struct{}{})
			default: // the server stops
				return nil
			}
		})
}

// heard makes a call the sample of a workflow, and sends it.
func (r routes) heard(ctx context.Context, key string, d hook.Delivery, send sendEvent) error {
	req := d.Request
	if req.Stored != "" && req.Body == nil { // the body is on disk
		whole, err := r.Deliveries.Delivery(ctx, d.ID)
		if err != nil {
			return r.sendProblem(send, err)
		}
		req = whole.Request
	}
	if err := r.Samples.PutSample(key, store.Sample{Request: req, Delivery: d.ID, SetBy: who(ctx)}); err != nil {
		return r.sendProblem(send, err)
	}
	out := Heard{
		Workflow: key, Delivery: d.ID.Text(ident.Delivery), Outcome: d.Outcome, Gate: d.Gate, Reason: d.Reason, Status: d.Status,
		Partial: partial(d), Request: callOf(req, maxHeardBody),
	}
	if found, err := document.ParametersIn(req); err == nil {
		parsed := ParsedOf(found)
		out.Parsed = &parsed
	}
	return send("", "sample", out)
}

// sendProblem sends an error after the first event.
func (r routes) sendProblem(send sendEvent, err error) error {
	return send("", "problem", r.problem("listen", err))
}

// partial says why what is recorded of a call is not all of it.
func partial(d hook.Delivery) string {
	switch {
	case d.Outcome == hook.Unmatched:
		return "no enabled workflow takes this call, so nobody knows which parts are secret: the values of its query and most of its headers are not kept; publish the workflow for a whole sample"
	case d.BodyGone():
		return "its body was not kept, because the call was refused before it was read, or it is large"
	case d.HeadCut():
		return hook.NoteHeadCut
	default:
		return ""
	}
}
