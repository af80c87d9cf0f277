package ingress

import (
	"context"

	documents "hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// accept makes the call durable. It renders the answer first, so that a failing response template can be noted
// on the delivery. Such a call is still accepted and gets the default answer: a mistake in the response must
// not lose the sender's data.
func (c *call) accept() *outcome {
	if c.h.opt.Door.Backlog() >= c.h.opt.Backlog {
		return unavailable("the backlog is full")
	}
	c.execution = flow.Execution{
		ID: c.h.opt.IDs.Next(), Workflow: c.route.key, Revision: c.route.revision, Delivery: c.delivery.ID,
		Mode: c.route.mode, Status: flow.Queued, CreatedAt: c.now,
	}
	c.label()
	if c.route.mode == flow.Async || c.route.answers {
		c.render()
	}
	if c.route.mode == flow.Sync {
		return c.acceptSync()
	}
	return c.acceptAsync()
}

// label computes the labels of the execution. A label that fails is noted on the delivery and left out.
func (c *call) label() {
	if len(c.route.labels) == 0 {
		return
	}
	var failed []string
	c.execution.Labels, failed = c.route.labels.Of(c)
	for _, why := range failed {
		c.note(why)
	}
}

func compileLabels(list []flow.LabelText, wrong *problems) documents.Labels {
	labels, found := documents.CompileLabels(list)
	for _, p := range found {
		wrong.add(p.Path, p.Message)
	}
	return labels
}

// render makes the trigger's response and the copy that is recorded with the delivery.
func (c *call) render() {
	p := c.route.response
	if p.template == nil {
		c.answer, c.delivery.Answer = p.fixed, p.recorded
		return
	}
	var err error
	if c.answer, err = p.render(c); err != nil {
		c.answer = okay()
		c.note("the default answer was given, as the trigger's response failed: " + err.Error())
	}
	c.delivery.Answer = c.answer.recorded()
}

// acceptAsync submits a call whose caller does not wait.
func (c *call) acceptAsync() *outcome {
	c.delivery.Status = c.answer.status
	return c.write(func(a store.Accept) (store.Accepted, error) {
		return c.h.opt.Runner.Submit(a, c.context, c.heavy())
	})
}

// heavy reports whether the call has a large body. The memory for large bodies is shared by the calls that are
// under way, so an execution must not keep such a body until it begins.
func (c *call) heavy() bool { return c.attachments != nil && c.attachments.memory > 0 }

// acceptSync submits a call whose caller waits, within the caller's time: without a slot nothing is accepted.
func (c *call) acceptSync() *outcome {
	timeout := c.route.sync.Timeout
	if timeout <= 0 {
		timeout = c.h.opt.SyncTimeout
	}
	wait, cancel := context.WithTimeout(c.r.Context(), timeout)
	c.over, c.why, c.cancel = wait.Done(), wait.Err, cancel
	c.delivery.Answer = nil // set once the execution has answered
	return c.write(func(a store.Accept) (to store.Accepted, err error) {
		to, c.result, c.leave, err = c.h.opt.Runner.SubmitAndWait(wait, a, c.context)
		return to, err
	})
}

// write performs the single write that accepts the call. Any failure here is the server's, so the sender may
// retry.
func (c *call) write(submit func(store.Accept) (store.Accepted, error)) *outcome {
	if out := c.keep(); out != nil {
		return out
	}
	d := &c.delivery
	d.Outcome, d.Gate, d.Execution = hook.Accepted, "accept", c.execution.ID
	d.Took = c.took()
	c.maskFindings()
	to, err := submit(store.Accept{Delivery: *d, Execution: c.execution, Dedupe: c.dedupeOf()})
	switch {
	case err == nil && to.First != nil:
		c.repeat(to)
		return nil
	case err == nil && !to.OtherRequest:
		return nil
	}
	d.Outcome, d.Execution = hook.Rejected, 0
	switch {
	case err == nil:
		return otherRequest()
	case fault.Is(err, fault.Unavailable):
		return unavailable("the call cannot be accepted now: " + err.Error())
	default:
		return unavailable("the store failed: " + err.Error())
	}
}
