package api

import (
	"context"
	"strings"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Tests tries workflows, nodes and texts.
type Tests interface {
	// Test runs a workflow on a call. Problems of the document are fault.Invalid errors, joined. It returns
	// fault.NotFound if the workflow, the revision, the delivery or the sample does not exist, and fault.Unavailable if
	// too many tests run.
	Test(context.Context, Test) (TestReport, error)
	// TestNode runs one node alone. The errors are those of Test.
	TestNode(context.Context, NodeTest) (NodeReport, error)
	// Evaluate evaluates a text on a call. The errors are those of Test.
	Evaluate(context.Context, Evaluation) (Evaluated, error)
	// Sample returns the sample of a workflow; fault.NotFound if there is none.
	Sample(ctx context.Context, key string) (hook.Request, error)
}

// Subject is the workflow that is tested.
type Subject struct {
	Key      string      // of the workflow
	Document value.Value // Missing: YAML
	YAML     string      // "": Revision
	Revision string      // "": the draft, or what is published if there is none
}

// Sample is the call that something is tested on.
type Sample struct {
	Delivery ident.ID      // a recorded call; 0: Request
	Request  *hook.Request // nil: the sample of the workflow, or an empty call if there is none
}

// Test is one run of a workflow.
type Test struct {
	Subject
	Sample
	Real    bool
	By      string                      // who tests
	Answers map[string][]SimulatedReply // by node key
}

// SimulatedReply is what the other side is said to answer to a request or a message of a node.
type SimulatedReply struct {
	Status  int    `json:"status,omitempty" minimum:"100" maximum:"599" default:"200"`
	Headers []Pair `json:"headers,omitempty"`
	Body    JSON   `json:"body,omitzero" doc:"a text is sent as it is; default: an empty object"`
}

// TestReport is what happened in a test.
type TestReport struct {
	Delivery  *hook.Delivery // with the gates' verdicts; nil: the workflow takes no calls
	Answer    hook.Reply     // what the caller gets
	Refusal   *Refusal
	Ran       bool
	Execution flow.Execution
	Steps     []flow.Step
	Sent      []Sent
	Omitted   int    // entries that are not in Sent
	Starts    *Start // the execution of options.onFailure
	Waited    time.Duration
	Took      time.Duration
	Stopped   string
}

// Refusal is the decision of a gate that checks the sender.
type Refusal struct {
	Gate   string `json:"gate"`
	Reason string `json:"reason"`
	Answer *Reply `json:"answer,omitempty" doc:"what the sender gets; absent for a recorded call"`
}

// Sent is a request or a message that would have been sent. Secrets are masked.
type Sent struct {
	Node    string       `json:"node"`
	Path    string       `json:"path"`
	Attempt int          `json:"attempt"`
	Request *SentRequest `json:"request,omitempty"`
	Message *SentMessage `json:"message,omitempty"`
	Status  int          `json:"status" doc:"of the simulated answer"`
}

// SentRequest is an HTTP request that would have been sent.
type SentRequest struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Headers []Pair `json:"headers"`
	Body    Bytes  `json:"body"`
}

// SentMessage is a message that would have been sent through a channel.
type SentMessage struct {
	Channel     string   `json:"channel"`
	Type        string   `json:"type"`
	To          string   `json:"to,omitempty"`
	Subject     string   `json:"subject,omitempty"`
	Text        string   `json:"text,omitempty" doc:"in Markdown"`
	HTML        string   `json:"html,omitempty"`
	Attachments []string `json:"attachments,omitempty"`
}

// Start is an execution that would be started.
type Start struct {
	Workflow string `json:"workflow"`
	Data     JSON   `json:"data"`
}

// WorkflowPath is the path parameter that selects a workflow.
type WorkflowPath struct {
	Key string `path:"key" maxLength:"64"`
}

// SubjectBody selects the workflow that is tested, in a request.
type SubjectBody struct {
	Document JSON   `json:"document,omitzero" doc:"the document to test"`
	YAML     string `json:"yaml,omitempty" doc:"the document as YAML, instead of document"`
	Revision string `json:"revision,omitempty" maxLength:"64" doc:"a published revision; without any of the three: the draft, or what is published"`
}

func (b SubjectBody) of(key string) Subject {
	return Subject{Key: key, Document: b.Document.Value, YAML: b.YAML, Revision: b.Revision}
}

// SampleBody selects the call, in a request.
type SampleBody struct {
	Delivery string     `json:"delivery,omitempty" maxLength:"32" doc:"a recorded call: dlv_…"`
	Request  *GivenCall `json:"request,omitempty" doc:"a call; without either: the sample of the workflow, or an empty call"`
}

// GivenCall is a call that is made up.
type GivenCall struct {
	Method  string `json:"method,omitempty" maxLength:"32" doc:"default: the first that the workflow takes"`
	Path    string `json:"path,omitempty" maxLength:"8192" doc:"default: the address under the key"`
	Query   string `json:"query,omitempty" maxLength:"49152" doc:"raw, without ?"`
	IP      string `json:"ip,omitempty" maxLength:"64" doc:"the address of the caller"`
	Headers []Pair `json:"headers,omitempty" maxItems:"200"`
	Body    string `json:"body,omitempty"`
	Base64  []byte `json:"base64,omitempty" doc:"the body, if it is no text"`
}

// request converts the call.
func (g *GivenCall) request() (*hook.Request, error) {
	if g == nil {
		return nil, nil //nolint:nilnil // no call is given
	}
	if g.Body != "" && g.Base64 != nil {
		return nil, fault.Field("api.test", "request.base64", "give body or base64, not both")
	}
	req := &hook.Request{Method: strings.ToUpper(g.Method), Path: g.Path, Query: g.Query, IP: g.IP, Body: g.Base64}
	if g.Body != "" {
		req.Body = []byte(g.Body)
	}
	for _, h := range g.Headers {
		if !hook.IsToken(h.Name) || strings.ContainsAny(h.Value, "\r\n\x00") {
			return nil, fault.Field("api.test", "request.headers", "%q is not a header", h.Name)
		}
		switch strings.ToLower(h.Name) {
		case "host":
			req.Host = h.Value
			continue
		case "content-type":
			req.ContentType = h.Value
		}
		req.Headers = append(req.Headers, hook.Header{Name: h.Name, Value: h.Value})
	}
	return req, nil
}

func (b SampleBody) of() (s Sample, err error) {
	if b.Delivery != "" && b.Request != nil {
		return s, fault.Field("api.test", "request", "give delivery or request, not both")
	}
	if s.Delivery, err = parseID(ident.Delivery, "delivery", b.Delivery); err == nil {
		s.Request, err = b.Request.request()
	}
	return s, err
}

// maxTestBody is the largest body of a test, in bytes: a document and a sample, as JSON.
const maxTestBody = 48 << 20

type testInput struct {
	WorkflowPath
	Body struct {
		Mode string `json:"mode,omitempty" enum:"dry,real" default:"dry" doc:"dry: nothing happens outside and nothing is stored; real: everything happens, as an execution marked as a test"`
		SubjectBody
		SampleBody
		Answers map[string][]SimulatedReply `json:"answers,omitempty" doc:"by node: the answers to its requests and messages, in order; the last one repeats"`
	}
}

// Tested is the result of a test.
type Tested struct {
	Mode string `json:"mode"`
	// Gates are the verdicts on the call. A gate that checks the sender and refuses is told in refusal, and the test
	// goes on as if it had let the call pass.
	Gates     []Verdict    `json:"gates"`
	Refusal   *Refusal     `json:"refusal,omitempty"`
	Outcome   hook.Outcome `json:"outcome,omitempty" doc:"absent: the workflow takes no calls"`
	Gate      string       `json:"gate,omitempty" doc:"the gate that decided"`
	Reason    string       `json:"reason,omitempty"`
	DedupeKey string       `json:"dedupeKey,omitempty"`
	Answer    *Reply       `json:"answer,omitempty" doc:"what the caller gets"`
	Ran       bool         `json:"ran" doc:"false: the call was not accepted, and nothing ran"`
	Execution *Execution   `json:"execution,omitempty" doc:"of a dry test, nothing of it is stored"`
	Steps     []Step       `json:"steps" doc:"inputs and results over 256 KiB are left out"`
	Sent      []Sent       `json:"sent" doc:"requests and messages that would have been sent"`
	Omitted   int          `json:"omitted,omitempty" doc:"requests and messages that are not in sent, because there are too many"`
	Starts    *Start       `json:"starts,omitempty" doc:"the execution that the end of this one would start"`
	Waited    int64        `json:"waitedMillis" doc:"how long the execution would have waited"`
	Took      int64        `json:"tookMillis"`
	Stopped   string       `json:"stopped,omitempty" doc:"why the test ended before the execution did"`
}

// tests registers the operations that try something.
func (r routes) tests() {
	handle(r, route{method: "POST", path: "/api/workflows/{key}/test", id: "test-workflow", summary: "Run a draft, a revision or a given document on a call", needs: account.TestWorkflows, body: maxTestBody},
		func(ctx context.Context, in *testInput) (*one[Tested], error) {
			sample, err := r.sampleIn(ctx, in.Key, in.Body.SampleBody)
			if err != nil {
				return nil, err
			}
			report, err := r.Tests.Test(ctx, Test{
				Subject: in.Body.SubjectBody.of(in.Key), Sample: sample, Real: in.Body.Mode == "real", By: caller(ctx).Name, Answers: in.Body.Answers,
			})
			if err != nil {
				return nil, err
			}
			if in.Body.Mode != "real" {
				auditNothing(ctx)
			}
			return &one[Tested]{testedOf(report, in.Body.Mode)}, nil
		})
	r.testNode()
	r.evaluate()
}

// sampleIn reads the sample in a request about a workflow. A workflow, and a delivery, that the principal may not see do
// not exist.
func (r routes) sampleIn(ctx context.Context, key string, b SampleBody) (Sample, error) {
	if err := seen(ctx, key); err != nil {
		return Sample{}, err
	}
	s, err := b.of()
	if err != nil || s.Delivery == 0 || !caller(ctx).Bound() {
		return s, err
	}
	d, err := r.Deliveries.Delivery(ctx, s.Delivery)
	if err == nil && d.Workflow != key {
		err = seen(ctx, d.Workflow)
	}
	if err != nil {
		return s, fault.Field("api.test", "delivery", "there is no delivery %s", s.Delivery.Text(ident.Delivery))
	}
	return s, nil
}

func testedOf(t TestReport, mode string) Tested {
	out := Tested{
		Mode: mode, Gates: []Verdict{}, Refusal: t.Refusal, Ran: t.Ran, Steps: []Step{}, Sent: t.Sent, Omitted: t.Omitted, Starts: t.Starts,
		Waited: t.Waited.Milliseconds(), Took: t.Took.Milliseconds(), Stopped: t.Stopped,
	}
	if d := t.Delivery; d != nil {
		out.Gates, out.Outcome, out.Gate, out.Reason, out.DedupeKey = verdictsOf(d.Verdicts), d.Outcome, d.Gate, d.Reason, d.DedupeKey
		out.Answer = replyOf(&t.Answer)
	}
	if t.Ran {
		x := executionOf(t.Execution)
		out.Execution = &x
	}
	for _, s := range t.Steps {
		step := stepOf(store.SizedStep{Step: s, InputSize: len(s.Input.Text()), ResultSize: len(s.Result.Text())})
		step.Input, step.Result = shortJSON(step.Input), shortJSON(step.Result)
		out.Steps = append(out.Steps, step)
	}
	if out.Sent == nil {
		out.Sent = []Sent{}
	}
	return out
}

// maxTestValue is the largest input or result of a step in the result of a test, in bytes.
const maxTestValue = 256 << 10

// shortJSON replaces a value that is too large by a note.
func shortJSON(j JSON) JSON {
	if len(j.Text()) <= maxTestValue {
		return j
	}
	var b value.ObjectBuilder
	b.Set("omitted", value.String("the value is too large to be shown")).Set("bytes", value.Int(int64(len(j.Text()))))
	return JSON{b.Value()}
}
