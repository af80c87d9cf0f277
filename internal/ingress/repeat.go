package ingress

import (
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// replayedHeader tells a caller that the answer comes from an earlier call.
const replayedHeader = "Idempotent-Replayed"

// repeat answers a call whose key belongs to an earlier execution (SPEC §6). Only the delivery was written.
// From here on, c.execution is that earlier execution.
func (c *call) repeat(to store.Accepted) {
	first := to.First
	c.delivery.Outcome, c.delivery.Execution = hook.Repeat, first.ID
	c.execution = *first
	switch {
	case to.Retried:
		c.join()
	case first.Status == flow.Succeeded:
		c.replay(to)
	case first.Status == flow.Canceled:
		c.render()
	default:
		c.join()
	}
}

// join gives an async caller the usual answer to an accepted call. A sync caller waits for the earlier
// execution.
func (c *call) join() {
	if c.route.mode == flow.Async || c.route.answers {
		c.render() // again, because the answer may name the execution
	}
	if c.route.mode == flow.Sync {
		c.result, c.leave = c.h.opt.Waiting.Await(c.execution.ID)
	}
}

// replay returns the answer that the first call got, or would have got if it had waited.
func (c *call) replay(to store.Accepted) {
	first := to.First
	switch {
	case first.Reply != nil:
		c.answer = replied(first.Reply)
	case first.Mode == flow.Async && to.Answer != nil && len(to.Answer.Body) < hook.MaxAnswer: // a longer one was cut
		c.answer = replied(to.Answer)
	case first.Mode == flow.Sync && !c.route.answers:
		c.answer = output(first)
	default:
		c.render()
	}
	c.answer = c.answer.with(replayedHeader, "true")
}
