package ingress

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// reply answers an accepted call: an async one at once, a sync one when its execution has answered or ended.
func (c *call) reply() *outcome {
	if c.result != nil && !c.wait() {
		c.delivery.Status, c.delivery.Took = 0, c.took()
		return nil // the caller has reset the stream, so nothing can be sent
	}
	c.send()
	if c.result != nil || c.delivery.Outcome == hook.Repeat || c.unsealed {
		c.answered()
	}
	return nil
}

// answered records the answer that was finally sent, if it was not known when the call was written.
func (c *call) answered() {
	d := &c.delivery
	d.Status, d.Took, d.Answer = c.answer.status, c.took(), c.answer.recorded()
	// If the queue is full, the Door drops the record and counts it.
	c.h.opt.Door.SaveAnswer(hook.Delivery{ID: d.ID, Workflow: d.Workflow, Status: d.Status, Took: d.Took, Answer: d.Answer})
}

// wait waits for the execution and sets the answer. It returns false if the caller has reset the stream. However
// the wait ends, the execution continues. If several events have happened, the execution's result takes
// precedence.
func (c *call) wait() bool {
	select {
	case e, ok := <-c.result:
		c.setAnswer(e, ok)
		return true
	default:
	}
	select {
	case e, ok := <-c.result:
		c.setAnswer(e, ok)
	case <-c.h.hungUp:
		c.shutDown()
	case <-c.over:
		if !errors.Is(c.why(), context.DeadlineExceeded) {
			return false
		}
		c.outOfTime()
	}
	return true
}

// setAnswer makes the answer from the execution; ok is false when the server stopped first.
func (c *call) setAnswer(e flow.Execution, ok bool) {
	switch {
	case !ok:
		c.shutDown()
	case e.Reply != nil:
		c.answer = replied(e.Reply)
	case e.Status != flow.Succeeded:
		c.answer = c.executionProblem(http.StatusInternalServerError, problemFailed, "The workflow did not succeed",
			"The call was recorded and its workflow ran, but did not succeed. The operator finds it by the execution's id.")
	case !c.route.answers: // otherwise the trigger's response is already rendered
		c.answer = output(&e)
	}
}

func (c *call) shutDown() {
	c.answer = c.executionProblem(http.StatusServiceUnavailable, problemUnavailable, "The server cannot wait for the answer",
		"The call was recorded and its workflow goes on; only the wait for its answer has ended.")
	c.answer.set("Retry-After", RetryAfter)
}

func (c *call) outOfTime() {
	if c.route.sync.Continue {
		c.answer = answer{status: http.StatusAccepted, body: executionStatus(&c.execution, flow.Running)}
		c.answer.set(contentType, typeJSON)
		c.answer.set("Location", c.h.statusURL(c.execution.ID.Text(ident.Execution)))
		return
	}
	status := c.route.sync.TimeoutStatus
	if status == 0 {
		status = DefaultTimeoutStatus
	}
	c.answer = c.executionProblem(status, problemTimeout, "The workflow takes longer than the caller may wait",
		"The call was recorded and its workflow goes on; only the wait for its answer has ended.")
}

// refuse sends the outcome's answer and then records the call.
func (c *call) refuse(gate string, out *outcome) {
	d := &c.delivery
	d.Gate, d.Reason, d.Status = gate, out.reason, out.status
	if out.gate != "" {
		d.Gate = out.gate
	}
	if out.outcome != "" {
		d.Outcome = out.outcome
	}
	if d.Reason == "" {
		d.Reason = strings.TrimSuffix(out.detail, ".")
	}
	d.Took = c.took()
	c.keepBody()
	c.answer = out.answer(d.ID)
	d.Answer = c.answer.recorded()
	c.send()
	c.maskRefused()
	c.shortenHead()
	d.Request.Stored, d.Request.Files = "", nil // a call that is not accepted names no blob
	c.h.opt.Door.SaveDelivery(*d)               // a full queue drops it and counts that
}
