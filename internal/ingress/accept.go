package ingress

import (
	"context"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// accept makes the call durable. The answer is rendered before, so that a template that fails is
// noted on the delivery: the call is then accepted all the same and gets the default answer, since a
// mistake in an answer must not lose what a sender has to say.
func (c *call) accept() *refusal {
	if c.h.opt.Door.Backlog() >= c.h.opt.Backlog {
		return unavailable("the backlog is full")
	}
	c.execution = flow.Execution{
		ID: c.h.opt.IDs.Next(), Workflow: c.route.key, Revision: c.route.revision, Delivery: c.delivery.ID,
		Mode: c.route.mode, Status: flow.Queued, CreatedAt: c.now,
	}
	if c.route.mode == flow.Async || c.route.answers {
		c.render()
	}
	if c.route.mode == flow.Sync {
		return c.acceptSync()
	}
	return c.acceptAsync()
}

func (c *call) render() {
	var err error
	if c.answer, err = c.route.response.render(c); err != nil {
		c.answer = okay()
		c.delivery.Reason = "the default answer was given, as the trigger's response failed: " + err.Error()
	}
}

func (c *call) acceptAsync() *refusal {
	c.delivery.Status = c.answer.status
	owner, reserved := c.h.opt.Runner.Reserve()
	if reserved {
		c.execution.Owner = owner
		defer func() {
			if reserved { // not handed on
				c.h.opt.Runner.Abandon()
			}
		}()
	}
	if no := c.write(); no != nil {
		return no
	}
	if !reserved {
		c.h.opt.Runner.Left()
		return nil
	}
	reserved = false
	c.h.opt.Runner.Take(c.execution, c.context)
	return nil
}

// acceptSync takes a seat first, within the caller's time: without one nothing is accepted.
func (c *call) acceptSync() *refusal {
	timeout := c.route.sync.Timeout
	if timeout <= 0 {
		timeout = c.h.opt.SyncTimeout
	}
	wait, cancel := context.WithTimeout(c.r.Context(), timeout)
	c.over, c.why, c.cancel = wait.Done(), wait.Err, cancel
	owner, err := c.h.opt.Runner.Seat(wait)
	if err != nil {
		return unavailable("no slot was free: " + err.Error())
	}
	seated := true
	defer func() {
		if seated {
			c.h.opt.Runner.Rise()
		}
	}()
	c.execution.Owner = owner
	if no := c.write(); no != nil {
		return no
	}
	seated = false
	c.spoken = c.h.opt.Runner.Sit(c.execution, c.context)
	return nil
}

// write is the one write. Whatever goes wrong in it is our fault, so the sender may try again.
func (c *call) write() *refusal {
	c.delivery.Outcome, c.delivery.Gate, c.delivery.Execution = hook.Accepted, "accept", c.execution.ID
	c.delivery.Took = c.took()
	_, err := c.h.opt.Door.Accept(store.Accept{Delivery: c.delivery, Execution: c.execution})
	if err == nil {
		return nil
	}
	c.delivery.Outcome, c.delivery.Execution = hook.Rejected, 0
	if fault.Is(err, fault.Unavailable) {
		return unavailable("the store does not take it: " + err.Error())
	}
	return unavailable("the store failed: " + err.Error())
}
