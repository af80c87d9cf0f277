package engine

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// cold is an execution that was accepted and has not begun, without its call: as little as can be, since
// there are many in a burst.
type cold struct {
	id, delivery       ident.ID
	workflow, revision string
	created            time.Time
	size               int64 // bytes of the body
}

// coldOf forgets what the table knows.
func coldOf(x *flow.Execution, size int64) *cold {
	return &cold{id: x.ID, delivery: x.Delivery, workflow: x.Workflow, revision: x.Revision, created: x.CreatedAt, size: size}
}

// execution is what coldOf was given.
func (c *cold) execution(owner flow.Incarnation) flow.Execution {
	return flow.Execution{
		ID: c.id, Delivery: c.delivery, Workflow: c.workflow, Revision: c.revision, CreatedAt: c.created,
		Owner: owner, Mode: flow.Async, Status: flow.Queued,
	}
}

// warm reads the calls of cold executions when their turn comes near.
func (e *Engine) warm() {
	for {
		select {
		case <-e.stopping:
			return
		case <-e.queue.chilly:
		}
		for !e.stopped() {
			list := e.queue.next(e.opt.HandOffBytes - e.load.Load())
			if len(list) == 0 {
				break
			}
			e.read(list)
		}
	}
}

// read makes jobs of cold executions. One whose call cannot be read is loaded on its own when a worker
// has it: that says why.
func (e *Engine) read(list []*cold) {
	deliveries := make([]ident.ID, len(list))
	for i, c := range list {
		deliveries[i] = c.delivery
	}
	calls, err := e.table.Calls(deliveries)
	for fault.Is(err, fault.Unavailable) {
		e.log.Warn("cannot read the calls of executions; trying again", "error", err)
		e.pause()
		if e.stopped() {
			return
		}
		calls, err = e.table.Calls(deliveries)
	}
	if err != nil { // it would be the same again, and one of them must not hold the others up
		e.log.Error("cannot read the calls of executions together; reading them one by one", "error", err)
		calls = make([]*hook.Request, len(list))
	}
	jobs := make([]*job, len(list))
	for i, c := range list {
		j := &job{execution: c.execution(e.owner), request: calls[i], bare: calls[i] == nil, placed: true}
		if j.request != nil {
			e.weigh(j, int64(len(j.request.Body)))
		}
		e.hold(j)
		jobs[i] = j
	}
	e.held.Add(int64(len(list)))
	e.cold.Add(-int64(len(list)))
	e.queue.warm(jobs)
}
