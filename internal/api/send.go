package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// Sends calls workflows as their senders do.
type Sends interface {
	// Send makes one call, or two if it is to be repeated, which pass the front door like any other. It returns
	// fault.NotFound if the workflow, the event or the delivery does not exist, fault.Conflict if the workflow takes no
	// calls or lacks a secret, and fault.Unsupported if such a call cannot be made.
	Send(context.Context, Send) (SendReport, error)
}

// Send is a call to make.
type Send struct {
	Key   string
	Kind  string // signed, unsigned, tampered, stale or repeated
	Event string // of the preset; "": Sample, or the first event of the preset, or the sample of the workflow
	Sample
	From string // the address that the call comes from
}

// SendReport is what happened. Secrets are masked.
type SendReport struct {
	Preset, Event string
	Request       SentRequest
	Calls         []Made
}

// Made is a call that was made, and its answer.
type Made struct {
	Delivery hook.Delivery
	Answer   hook.Reply // Status 0: there was none in time
}

type sendInput struct {
	WorkflowPath
	Body struct {
		Kind  string `json:"kind,omitempty" enum:"signed,unsigned,tampered,stale,repeated" default:"signed" doc:"tampered: another body than the signed one, or a wrong password or token; stale: signed too long ago; repeated: the same call twice"`
		Event string `json:"event,omitempty" maxLength:"200" doc:"a sample event of the workflow's preset; without event, delivery and request: its first, or else the sample of the workflow, or an empty call"`
		SampleBody
	}
}

// Sending is the result of a send.
type Sending struct {
	Kind    string      `json:"kind"`
	Preset  string      `json:"preset,omitempty" doc:"whose signature the workflow checks"`
	Event   string      `json:"event,omitempty" doc:"the sample event that was sent"`
	Request SentRequest `json:"request" doc:"as a sender would send it; secrets are masked, the signature is not"`
	Calls   []SentCall  `json:"calls" doc:"one, or for repeated two"`
}

// SentCall is one call of a Sending.
type SentCall struct {
	Delivery  string       `json:"delivery"`
	Outcome   hook.Outcome `json:"outcome"`
	Gate      string       `json:"gate,omitempty" doc:"the gate that decided; accept: the call passed all of them"`
	Reason    string       `json:"reason,omitempty"`
	Execution string       `json:"execution,omitempty"`
	DedupeKey string       `json:"dedupeKey,omitempty"`
	Gates     []Verdict    `json:"gates"`
	Answer    *Reply       `json:"answer,omitempty" doc:"what the caller gets; absent: nothing within a minute"`
	Took      int64        `json:"tookMicros"`
}

func (r routes) send() {
	handle(r, route{method: "POST", path: "/api/workflows/{key}/send", id: "send-call", summary: "Call the published workflow as its sender would: signed, unsigned, tampered, stale or repeated", needs: account.TestWorkflows, body: maxTestBody},
		func(ctx context.Context, in *sendInput) (*one[Sending], error) {
			sample, err := r.sampleIn(ctx, in.Key, in.Body.SampleBody)
			if err != nil {
				return nil, err
			}
			report, err := r.Sends.Send(ctx, Send{Key: in.Key, Kind: in.Body.Kind, Event: in.Body.Event, Sample: sample, From: addressOf(ctx)})
			if err != nil {
				return nil, err
			}
			out := Sending{Kind: in.Body.Kind, Preset: report.Preset, Event: report.Event, Request: report.Request, Calls: []SentCall{}}
			var ids []string
			for _, c := range report.Calls {
				sent := sentCallOf(c)
				ids = append(ids, sent.Delivery)
				out.Calls = append(out.Calls, sent)
			}
			auditChange(ctx, nil, map[string]any{"kind": in.Body.Kind, "deliveries": ids})
			return &one[Sending]{out}, nil
		})
}

func sentCallOf(c Made) SentCall {
	d := c.Delivery
	out := SentCall{
		Delivery: d.ID.Text(ident.Delivery), Outcome: d.Outcome, Gate: d.Gate, Reason: d.Reason, Execution: d.Execution.Text(ident.Execution),
		DedupeKey: d.DedupeKey, Gates: verdictsOf(d.Verdicts), Took: d.Took.Microseconds(),
	}
	if c.Answer.Status != 0 {
		out.Answer = replyOf(&c.Answer)
	}
	return out
}
