package otlp

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// span is one span.
type span struct {
	trace      traceID
	id, parent spanID
	state      string
	name       string
	kind       int
	start, end time.Time
	failed     bool
	attributes []attribute
	events     []event
}

// The kinds of spans (enum SpanKind).
const (
	kindInternal = 1
	kindServer   = 2
	kindClient   = 3
)

// attribute has a value of type string, int or bool.
type attribute struct {
	key   string
	value any
}

type event struct {
	at         time.Time
	name       string
	attributes []attribute
}

// set adds an attribute, unless its text is empty.
func (s *span) set(key string, value any) {
	if value != "" {
		s.attributes = append(s.attributes, attribute{key, value})
	}
}

// callSpan returns the span of a call.
func (t *Tracer) callSpan(d *hook.Delivery, tr trace) span {
	s := span{
		trace: tr.id, id: t.seed.call(d.ID), parent: tr.parent, state: tr.state, kind: kindServer,
		name: strings.TrimSpace(method(d.Request.Method) + " " + d.Workflow), start: d.Request.ReceivedAt, end: d.Request.ReceivedAt.Add(d.Took),
		failed: d.Status >= 500, // OpenTelemetry's convention for servers: a call that the sender got wrong is no error
	}
	s.set("http.request.method", method(d.Request.Method))
	if d.Status != 0 {
		s.set("http.response.status_code", d.Status)
	}
	s.set("http.request.body.size", len(d.Request.Body))
	s.set("hookline.workflow", d.Workflow)
	s.set("hookline.delivery", d.ID.Text(ident.Delivery))
	s.set("hookline.execution", d.Execution.Text(ident.Execution))
	s.set("hookline.outcome", string(d.Outcome))
	s.set("hookline.gate", d.Gate)
	s.set("hookline.replay_of", d.ReplayOf.Text(ident.Delivery))
	for _, v := range d.Verdicts {
		e := event{at: s.end, name: "gate", attributes: []attribute{{"hookline.gate", v.Gate}, {"hookline.passed", v.Passed}}}
		if code := code(v.Reason); code != "" {
			e.attributes = append(e.attributes, attribute{"hookline.reason", code})
		}
		if v.Observed {
			e.attributes = append(e.attributes, attribute{"hookline.observed", true})
		}
		s.events = append(s.events, e)
	}
	return s
}

// method returns a known method, or _OTHER, as OpenTelemetry's conventions want it: any sender can invent one.
func method(text string) string {
	known := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, methodCall,
	}
	if slices.Contains(known, text) {
		return text
	}
	return "_OTHER"
}

// methodCall is the method of a delivery that another workflow made.
const methodCall = "CALL"

// appendExecution appends the span of an execution's round and those of its steps.
func (t *Tracer) appendExecution(batch []span, x *flow.Execution, steps []flow.Step, tr trace) []span {
	s := span{
		trace: tr.id, id: t.seed.execution(x.ID, x.Round), parent: t.seed.call(x.Delivery), state: tr.state, kind: kindInternal,
		name: x.Workflow, start: x.CreatedAt, end: x.FinishedAt, failed: isFailure(x.Status),
	}
	own := 0
	for _, step := range steps {
		switch {
		case step.Round != x.Round:
		case step.Type == flow.MarkerRetry:
			s.start = step.StartedAt
		default:
			own++
		}
	}
	s.set("hookline.workflow", x.Workflow)
	s.set("hookline.execution", x.ID.Text(ident.Execution))
	s.set("hookline.delivery", x.Delivery.Text(ident.Delivery))
	s.set("hookline.revision", x.Revision)
	s.set("hookline.mode", string(x.Mode))
	s.set("hookline.status", string(x.Status))
	s.set("hookline.reason", x.Reason) // one of flow's constants
	s.set("hookline.round", x.Round)
	s.set("hookline.resumes", x.Resumes)
	s.set("hookline.steps", own)
	if own > MaxSteps {
		s.set("hookline.steps.omitted", own-MaxSteps)
	}
	if x.Error != nil {
		s.set("error.type", code(x.Error.Code))
		s.set("hookline.error.node", x.Error.Node)
	}
	if !x.StartedAt.IsZero() {
		s.events = append(s.events, event{at: x.StartedAt, name: "started"})
	}
	return t.appendSteps(append(batch, s), &s, x, steps)
}

// appendSteps appends the spans of the steps of an execution's round.
func (t *Tracer) appendSteps(batch []span, of *span, x *flow.Execution, steps []flow.Step) []span {
	attempts := make(map[string]int) // the last attempt of each path
	made := 0
	for i := range steps {
		step := &steps[i]
		if step.Round != x.Round || step.Type == flow.MarkerRetry {
			continue
		}
		if made++; made > MaxSteps {
			break
		}
		attempts[step.Path] = step.Attempt
		parent := of.id
		if loop := loopOf(step.Path); attempts[loop] > 0 {
			parent = t.seed.step(x.ID, x.Round, loop, attempts[loop])
		}
		batch = append(batch, stepSpan(step, of, t.seed.step(x.ID, x.Round, step.Path, step.Attempt), parent))
	}
	return batch
}

// loopOf returns the path of the loop in whose pass a step ran: "each" for "each[3]/create"; "" outside of loops.
func loopOf(path string) string {
	pass := path[:max(strings.LastIndexByte(path, '/'), 0)]
	return pass[:max(strings.LastIndexByte(pass, '['), 0)]
}

// stepSpan returns the span of one attempt.
func stepSpan(step *flow.Step, of *span, id, parent spanID) span {
	s := span{
		trace: of.trace, id: id, parent: parent, state: of.state, kind: kindInternal,
		name: step.Node, start: step.StartedAt, end: step.FinishedAt, failed: isFailure(step.Status),
	}
	if step.Type == "request" || step.Type == "notify" {
		s.kind = kindClient
	}
	if s.end.IsZero() {
		s.end = of.end // the execution ended meanwhile
	}
	s.set("hookline.node", step.Node)
	s.set("hookline.node.type", step.Type)
	s.set("hookline.path", step.Path)
	s.set("hookline.attempt", step.Attempt)
	s.set("hookline.status", string(step.Status))
	s.set("hookline.branch", step.Branch)
	if step.Error != nil {
		s.set("error.type", code(step.Error.Code))
	}
	if !step.WakeAt.IsZero() {
		at := step.StartedAt
		if !step.FinishedAt.IsZero() && step.FinishedAt.Before(step.WakeAt) {
			at = step.FinishedAt // a failed attempt waits for the next
		}
		s.events = append(s.events, event{at: at, name: "wait", attributes: []attribute{{"hookline.until", step.WakeAt.UTC().Format(time.RFC3339Nano)}}})
	}
	return s
}

func isFailure(s flow.Status) bool { return s == flow.Failed || s == flow.Aborted }

// maxCode is the length of the longest code.
const maxCode = 64

// code returns a text if it is a code, and "" for a sentence, which could contain data.
func code(text string) string {
	if len(text) > maxCode || strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	}) {
		return ""
	}
	return text
}
