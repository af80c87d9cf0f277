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
func (c *call) accept() *outcome {
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

// render makes the trigger's response, and what is recorded of it.
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

func (c *call) acceptAsync() *outcome {
	c.delivery.Status = c.answer.status
	size := int64(len(c.context.RawBody))
	var reserved bool
	if !c.heavy() {
		var owner flow.Incarnation
		if owner, reserved = c.h.opt.Runner.Reserve(size); reserved {
			c.execution.Owner = owner
			defer func() {
				if reserved { // not handed on
					c.h.opt.Runner.Abandon(size)
				}
			}()
		}
	}
	to, out := c.write()
	switch {
	case out != nil:
		return out
	case to.First != nil:
		c.repeat(to)
	case !reserved:
		c.h.opt.Runner.Left()
	default:
		reserved = false
		c.h.opt.Runner.Take(c.execution, c.context)
	}
	return nil
}

// heavy reports whether the call has a large body. It is not handed on in memory: places are counted and
// not weighed, and many such calls at once would take more than there is. The engine reads it again when
// its turn comes.
func (c *call) heavy() bool { return c.cargo != nil && c.cargo.held > 0 }

// acceptSync takes a seat first, within the caller's time: without one nothing is accepted.
func (c *call) acceptSync() *outcome {
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
	c.delivery.Answer = nil // until there is one
	to, out := c.write()
	if out != nil {
		return out
	}
	if to.First != nil {
		c.repeat(to)
		return nil
	}
	seated = false
	c.spoken, c.leave = c.h.opt.Runner.Sit(c.execution, c.context)
	return nil
}

// write is the one write. Whatever goes wrong in it is our fault, so the sender may try again.
func (c *call) write() (store.Accepted, *outcome) {
	if out := c.keep(); out != nil {
		return store.Accepted{}, out
	}
	d := &c.delivery
	d.Outcome, d.Gate, d.Execution = hook.Accepted, "accept", c.execution.ID
	d.Took = c.took()
	to, err := c.h.opt.Door.Accept(store.Accept{Delivery: *d, Execution: c.execution, Dedupe: c.dedupeOf()})
	if err == nil && !to.OtherBody {
		return to, nil
	}
	d.Outcome, d.Execution = hook.Rejected, 0
	switch {
	case err == nil:
		return to, otherBody()
	case fault.Is(err, fault.Unavailable):
		return to, unavailable("the store does not take it: " + err.Error())
	default:
		return to, unavailable("the store failed: " + err.Error())
	}
}
