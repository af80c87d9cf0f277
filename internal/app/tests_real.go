package app

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/store"
)

// gateTest is the gate's name in a delivery that a test in earnest created. It marks the execution as a test.
const gateTest = "test"

// real runs a workflow in earnest: its revision is stored without being published, and its execution is one like any
// other, whose delivery has the gate gateTest.
func (t tests) real(ctx context.Context, wf flow.Workflow, req hook.Request, recorded bool) (out api.TestReport, err error) {
	a, started := t.app, clock.System().Now()
	ctx, cancel := context.WithTimeout(ctx, dryrun.MaxTime)
	defer cancel()
	wf.Enabled = true
	compiled, problems := document.Compile(wf, a.known)
	if len(problems) > 0 {
		return out, problemsOf(problems)
	}
	if err := a.store.SaveRevision(wf.Key, wf.Revision, wf.Document); err != nil {
		return out, err
	}
	if recorded || req.ReceivedAt.IsZero() {
		req.ReceivedAt = started
	}
	runner := &realRunner{app: a}
	if wf.Trigger.Type == flow.TypeCall {
		err = runner.startDirectly(compiled, req)
	} else {
		err = t.passGates(ctx, &out, runner, wf, ingress.Trial{Request: req, Recorded: recorded})
	}
	if err != nil {
		return out, err
	}
	if runner.id != 0 {
		out.Ran = true
		if out.Stopped, err = t.await(ctx, runner.id); err != nil {
			return out, err
		}
		loaded, err := a.store.Load(context.WithoutCancel(ctx), runner.id)
		if err != nil {
			return out, err
		}
		out.Execution, out.Steps = loaded.Execution, loaded.Steps
	}
	out.Took = clock.System().Now().Sub(started)
	return out, nil
}

// passGates passes the call of a test through the gates of the workflow, which start the execution.
func (t tests) passGates(ctx context.Context, out *api.TestReport, runner *realRunner, wf flow.Workflow, trial ingress.Trial) (err error) {
	if trial.Route, err = ingress.Compile(wf, t.app.resources()); err != nil {
		return err
	}
	o := t.app.doorOptions(runner)
	o.Door = testDoor{t.app.store}
	result, err := ingress.Try(ctx, o, trial)
	if err == nil {
		tried(out, result)
	}
	return err
}

// await waits for the end of an execution. stopped says why it has not come.
func (t tests) await(ctx context.Context, id ident.ID) (stopped string, err error) {
	for {
		loaded, err := t.app.store.Load(context.WithoutCancel(ctx), id)
		if err != nil || loaded.Execution.Status.Final() {
			return "", err
		}
		if loaded.Execution.Status == flow.Waiting {
			return "the execution waits until " + loaded.Execution.WakeAt.UTC().Format("2006-01-02 15:04:05") + " UTC and then goes on", nil
		}
		result, leave := t.app.engine.Await(id)
		select {
		case x, ok := <-result:
			leave()
			if ok && !x.Status.Final() && x.Reply != nil { // it has answered and goes on
				return "the execution has answered and goes on", nil
			}
			if !ok {
				return "", fault.New("app.test", fault.Unavailable, "the server is shutting down; the execution goes on")
			}
		case <-ctx.Done():
			leave()
			return "the execution goes on", nil
		}
	}
}

// tried notes what the gates said, and the answer.
func tried(out *api.TestReport, t ingress.Tried) {
	out.Delivery, out.Answer = &t.Delivery, t.Answer
	if r := t.Refusal; r != nil {
		out.Refusal = &api.Refusal{Gate: r.Gate, Reason: r.Reason}
		if r.Answer.Status != 0 {
			out.Refusal.Answer = api.ShowReply(r.Answer)
		}
	}
}

// realRunner starts the execution of a test in earnest. It claims no dedupe key.
type realRunner struct {
	app *App
	id  ident.ID
}

// marked marks a call as a test.
func (r *realRunner) marked(a store.Accept) store.Accept {
	a.Delivery.Gate, a.Dedupe = gateTest, nil
	r.id = a.Execution.ID
	return a
}

// methodCall is the method of a call that no sender made, as when another workflow starts one of type call.
const methodCall = "CALL"

// startDirectly starts a workflow of type call, which has no gates, as another workflow would.
func (r *realRunner) startDirectly(compiled *document.Compiled, req hook.Request) error {
	req.Method, req.Path, req.Stored, req.Files = methodCall, "", "", nil
	call, err := body.Context(req)
	if err != nil {
		return fault.Field("app.test", "request", "%s", fault.Message(err))
	}
	wf := compiled.Workflow
	d := hook.Delivery{ID: r.app.ids.Next(), Execution: r.app.ids.Next(), Workflow: wf.Key, Revision: wf.Revision, Outcome: hook.Accepted, Request: req}
	var failed []string
	x := flow.Execution{
		ID: d.Execution, Workflow: wf.Key, Revision: wf.Revision, Delivery: d.ID, Mode: flow.Async, Status: flow.Queued, CreatedAt: req.ReceivedAt,
	}
	x.Labels, failed = compiled.Labels.OfRequest(req)
	d.Reason = strings.Join(failed, "; ")
	_, err = r.Submit(store.Accept{Delivery: d, Execution: x}, call, false)
	return err
}

// Submit implements ingress.Runner.
func (r *realRunner) Submit(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error) {
	return r.app.engine.Submit(r.marked(a), call, heavy)
}

// SubmitAndWait implements ingress.Runner.
func (r *realRunner) SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (store.Accepted, <-chan flow.Execution, func(), error) {
	return r.app.engine.SubmitAndWait(ctx, r.marked(a), call)
}

// testDoor is the store as the gates of a test see it: calls that are refused are not recorded.
type testDoor struct{ store.Door }

// SaveDelivery implements store.Door.
func (testDoor) SaveDelivery(hook.Delivery) bool { return true }
