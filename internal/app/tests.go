package app

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/node/notify"
	"hookline.dev/hookline/internal/node/request"
	scriptnode "hookline.dev/hookline/internal/node/script"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// newTester creates what runs workflows without effects.
func (a *App) newTester() *dryrun.Tester {
	c := a.config
	return dryrun.New(dryrun.Options{
		Records: a.store, Blobs: a.blobs, Secrets: a.vars, Kinds: a.doubledKinds, Known: a.known,
		Channels: a.channelEntries, Handler: a.catalog.Current, Routes: a.resources, Ingress: a.doorOptions(nil),
		Limits: dryrun.Limits{StepResult: int(c.StepResult), TemplateOutput: int(c.TemplateOutput)},
		IDs:    a.ids, Clock: clock.System(), Log: a.log,
	})
}

// doubledKinds returns the node kinds, working with doubles.
func (a *App) doubledKinds(d dryrun.Doubles) *node.Set {
	o := a.outboundOptions()
	o.Instead, o.Proxy = d.Wire, nil
	return kinds.Set(kinds.Deps{
		Scripts: a.scripts, ScriptDefaults: scriptnode.Defaults{Timeout: a.config.ScriptTimeout, Memory: a.config.ScriptMemory},
		Records: d.Records, Request: request.Deps{Client: outbound.New(o), Files: nodeFiles{d.Files}, Tokens: request.FixedTokens("token-of-a-test")},
		Notify: notify.Deps{Channels: d.Channels, Files: d.Files},
	}).WithMaxNodes(a.config.MaxNodes)
}

// channelEntries returns the channels that can be used now.
func (a *App) channelEntries() (entries []channel.Entry) {
	for _, name := range a.channels.Names() {
		if e := a.channels.Find(name); e != nil {
			entries = append(entries, *e)
		}
	}
	return entries
}

// tests adapts the Tester to the API.
type tests struct{ app *App }

// Test runs a workflow on a call.
func (t tests) Test(ctx context.Context, test api.Test) (api.TestReport, error) {
	wf, err := t.subject(ctx, test.Subject)
	if err != nil {
		return api.TestReport{}, err
	}
	req, recorded, err := t.sample(ctx, test.Key, test.Sample)
	if err != nil {
		return api.TestReport{}, err
	}
	if test.Real {
		return t.real(ctx, wf, req, recorded)
	}
	answers := make(map[string][]dryrun.Answer, len(test.Answers))
	for key, list := range test.Answers {
		answers[key] = answersOf(list)
	}
	r, err := t.app.tester.Run(ctx, dryrun.Test{Workflow: wf, Request: req, Recorded: recorded, Answers: answers})
	if err != nil {
		return api.TestReport{}, err
	}
	out := api.TestReport{
		Ran: r.Ran, Execution: r.Execution, Steps: r.Steps, Sent: sentOf(r.Effects), Omitted: r.Omitted, Waited: r.Waited, Took: r.Took, Stopped: r.Stopped,
	}
	if r.Call != nil {
		tried(&out, *r.Call)
	}
	if r.Starts != nil {
		data, _ := value.ParseBytes(r.Starts.Delivery.Request.Body, value.Limits{})
		out.Starts = &api.Start{Workflow: r.Starts.Execution.Workflow, Data: api.JSON{Value: data}}
	}
	return out, nil
}

// TestNode runs one node alone.
func (t tests) TestNode(ctx context.Context, test api.NodeTest) (api.NodeReport, error) {
	wf, err := t.subject(ctx, test.Subject)
	if err != nil {
		return api.NodeReport{}, err
	}
	vars, err := t.variables(ctx, test.Key, test.Sample, test.Given)
	if err != nil {
		return api.NodeReport{}, err
	}
	r, err := t.app.tester.RunNode(ctx, dryrun.NodeTest{Workflow: wf, Node: test.Node, Variables: vars, Answers: answersOf(test.Answers), Real: test.Real})
	return api.NodeReport{
		Input: r.Input, Result: r.Result, Branch: r.Branch, Ends: r.Ends, Error: r.Error, Log: r.Log, Sent: sentOf(r.Effects), Waited: r.Waited, Took: r.Took,
	}, err
}

// Evaluate evaluates a text on a call.
func (t tests) Evaluate(ctx context.Context, e api.Evaluation) (api.Evaluated, error) {
	vars, err := t.variables(ctx, e.Key, e.Sample, e.Given)
	if err != nil {
		return api.Evaluated{}, err
	}
	vars.Workflow = e.Key
	r, err := t.app.tester.Evaluate(dryrun.Evaluation{Form: dryrun.Form(e.Form), Text: e.Text, Variables: vars})
	out := api.Evaluated{Value: r.Value, Error: r.Error}
	for _, read := range r.Reads {
		out.Reads = append(out.Reads, api.Read{Path: read.Path, Value: api.JSON{Value: read.Value}, Missing: read.Missing, Nearest: read.Nearest})
	}
	return out, err
}

// Sample returns the sample of a workflow.
func (t tests) Sample(ctx context.Context, key string) (hook.Request, error) {
	s, err := t.app.store.Sample(ctx, key)
	return s.Request, err
}

// subject returns the workflow under test.
func (t tests) subject(ctx context.Context, s api.Subject) (flow.Workflow, error) {
	const op = "app.test"
	doc, err := s.Document, error(nil)
	given := 0
	for _, is := range []bool{!s.Document.IsMissing(), s.YAML != "", s.Revision != ""} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return flow.Workflow{}, fault.Field(op, "document", "give one of document, yaml and revision")
	case s.YAML != "":
		return t.fromYAML(s.Key, s.YAML)
	case s.Revision != "":
		doc, err = t.app.store.Revision(ctx, s.Key, s.Revision)
	case given == 0:
		doc, err = t.draft(ctx, s.Key)
	}
	if err != nil {
		return flow.Workflow{}, err
	}
	wf, problems := document.FromDocument(doc)
	if len(problems) > 0 {
		return flow.Workflow{}, problemsOf(problems)
	}
	return named(wf, s.Key)
}

// draft returns the draft of a workflow, or the published document if there is none.
func (t tests) draft(ctx context.Context, key string) (value.Value, error) {
	d, err := t.app.store.Draft(ctx, key)
	if err == nil {
		return d.Document, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return value.Value{}, err
	}
	e, err := t.app.catalog.Find(key)
	if err != nil {
		return value.Value{}, err
	}
	return e.Document, nil
}

// fromYAML reads a workflow.
func (t tests) fromYAML(key, text string) (flow.Workflow, error) {
	file, problems := document.Parse("document", []byte(text))
	if len(problems) > 0 {
		return flow.Workflow{}, problemsOf(problems)
	}
	bundle, problems := document.Assemble([]document.File{file}, t.app.known)
	if len(problems) > 0 {
		return flow.Workflow{}, problemsOf(problems)
	}
	if len(bundle.Workflows) != 1 {
		return flow.Workflow{}, fault.Field("app.test", "yaml", "must have one workflow, and nothing else")
	}
	wf := bundle.Workflows[0].Workflow
	if bundle.Workflows[0].Generated {
		wf = document.WithKey(wf, key)
	}
	return named(wf, key)
}

// named checks that a document is about the workflow that it is tested as.
func named(wf flow.Workflow, key string) (flow.Workflow, error) {
	if wf.Key == "" {
		return document.WithKey(wf, key), nil
	}
	if wf.Key != key {
		return wf, fault.Field("app.test", "document", "is the workflow %s, not %s", wf.Key, key)
	}
	return wf, nil
}

// problemsOf joins the problems of a document.
func problemsOf(problems []document.Problem) error {
	return &fault.Error{Op: "app.test", Kind: fault.Invalid, Field: "document", Message: strings.TrimSpace(document.Text(problems))}
}

// sample returns the call of a test, and whether it was recorded.
func (t tests) sample(ctx context.Context, key string, s api.Sample) (req hook.Request, recorded bool, err error) {
	switch {
	case s.Request != nil:
		return *s.Request, false, nil
	case s.Delivery != 0:
		d, err := t.app.store.Delivery(ctx, s.Delivery)
		if err == nil {
			err = complete(d)
		}
		return d.Request, true, err
	}
	found, err := t.app.store.Sample(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return hook.Request{}, false, nil
	}
	return found.Request, found.Delivery != 0, err
}

// variables returns the variables of a test that needs no execution.
func (t tests) variables(ctx context.Context, key string, s api.Sample, g api.Given) (dryrun.Variables, error) {
	vars := dryrun.Variables{Context: g.Context, Nodes: g.Nodes, Scopes: g.Scopes, Error: g.Error}
	for name, v := range map[string]value.Value{"context": g.Context, "nodes": g.Nodes, "scopes": g.Scopes, "error": g.Error} {
		if kind := v.Kind(); kind != value.KindMissing && kind != value.KindNull && kind != value.KindObject {
			return vars, fault.Field("app.test", name, "must be an object, not a value of type %s", kind)
		}
	}
	req, _, err := t.sample(ctx, key, s)
	if err != nil {
		return vars, err
	}
	if req.ReceivedAt.IsZero() {
		req.ReceivedAt = clock.System().Now()
	}
	call, err := body.Context(req)
	if err != nil {
		return vars, fault.Field("app.test", "request", "%s", fault.Message(err))
	}
	vars.Call = &call
	return vars, nil
}

func answersOf(list []api.SimulatedReply) (out []dryrun.Answer) {
	for _, a := range list {
		answer := dryrun.Answer{Status: a.Status, Body: a.Body.Value}
		for _, h := range a.Headers {
			answer.Headers = append(answer.Headers, hook.Header{Name: h.Name, Value: h.Value})
		}
		out = append(out, answer)
	}
	return out
}

// maxSentBody is the largest part of a body that is shown, in bytes. It is above what the Tester keeps.
const maxSentBody = 1 << 20

func sentOf(effects []dryrun.Effect) (out []api.Sent) {
	for _, e := range effects {
		sent := api.Sent{Node: e.Node, Path: e.Path, Attempt: e.Attempt, Status: e.Status}
		if m := e.Message; m != nil {
			sent.Message = &api.SentMessage{
				Channel: m.Channel, Type: m.Type, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, Attachments: m.Attachments,
			}
		}
		if r := e.Request; r != nil {
			sent.Request = &api.SentRequest{Method: r.Method, URL: r.URL, Headers: []api.Pair{}, Body: api.ShowBytes(r.Body, maxSentBody)}
			for _, h := range r.Headers {
				sent.Request.Headers = append(sent.Request.Headers, api.Pair{Name: h.Name, Value: h.Value})
			}
			if r.Bytes > int64(len(r.Body)) {
				sent.Request.Body.Size, sent.Request.Body.Cut = int(r.Bytes), true
			}
		}
		out = append(out, sent)
	}
	return out
}
