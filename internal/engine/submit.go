package engine

import (
	"context"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// Submit writes an accepted call whose caller does not wait for the execution, and queues the execution. With
// heavy, or when memory has no place for it, the execution is written without an owner and waits in the table.
//
// What the write comes to is returned as the store tells it. Its error is the store's: nothing was written, or
// that is not known.
func (e *Engine) Submit(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error) {
	size, reserved := int64(len(call.RawBody)), false
	a.Execution.Owner = 0
	if !heavy {
		a.Execution.Owner, reserved = e.reservePlace(size)
	}
	defer func() {
		if reserved { // not used
			e.giveUp(size)
		}
	}()
	to, err := e.table.Accept(a)
	switch {
	case err != nil || to.OtherBody || to.Elsewhere || to.First != nil && !to.Retried:
	case to.Retried || !reserved:
		e.fallBehind()
	default:
		reserved = false
		j := &job{execution: a.Execution, call: &call, placed: true, weight: size}
		e.hold(j)
		e.queue.put(j)
	}
	return to, err
}

// reservePlace takes a place in the hand-off for an execution whose call has a body of size bytes.
func (e *Engine) reservePlace(size int64) (flow.Incarnation, bool) {
	// Once the table has older executions that nobody claimed, new ones queue up behind them: oldest first.
	if e.stopped() || e.owner == 0 || e.behind.Load() {
		return 0, false
	}
	held, load := e.held.Add(1), e.load.Add(size)
	if held > int64(e.opt.HandOff) || load > e.opt.HandOffBytes {
		e.giveUp(size)
		e.fallBehind()
		return 0, false
	}
	return e.owner, true
}

// giveUp returns a reserved place.
func (e *Engine) giveUp(size int64) {
	e.held.Add(-1)
	e.load.Add(-size)
}

// SubmitAndWait takes a slot, writes an accepted call whose caller waits for the execution, and runs the
// execution at once. When ctx ends or the engine stops before a slot is free, it fails with fault.Unavailable
// and nothing is written.
//
// The channel is not nil when the call has an execution of its own. It yields one value, when the answer of a
// Response node is committed or the execution has ended, and is closed; when the server stops first it is closed
// without one. An execution that sleeps meanwhile is waited for. leave ends the wait and may be called at any
// time, more than once.
func (e *Engine) SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (to store.Accepted, spoken <-chan flow.Execution, leave func(), err error) {
	if err := e.acquire(ctx); err != nil {
		return to, nil, nil, err
	}
	acquired := true
	defer func() {
		if acquired { // not used
			<-e.slots
		}
	}()
	a.Execution.Owner = e.owner
	to, err = e.table.Accept(a)
	switch {
	case err != nil || to.OtherBody:
	case to.Retried:
		e.fallBehind()
	case to.First != nil:
	case to.Elsewhere:
		spoken, leave = e.Await(a.Execution.ID)
	default:
		acquired = false
		spoken, leave = e.runNow(a.Execution, call)
	}
	return to, spoken, leave, err
}

// acquire takes a running slot for an execution whose caller waits.
func (e *Engine) acquire(ctx context.Context) error {
	const op = "engine.SubmitAndWait"
	if e.stopped() || e.owner == 0 {
		return fault.New(op, fault.Unavailable, "the server is starting or shutting down")
	}
	select {
	case e.slots <- struct{}{}:
		return nil
	case <-e.stopping:
		return fault.New(op, fault.Unavailable, "the server is shutting down")
	case <-ctx.Done():
		return fault.New(op, fault.Unavailable, "no slot was free in time")
	}
}

// runNow runs an execution in the slot that was taken for it.
func (e *Engine) runNow(x flow.Execution, call hook.Context) (spoken <-chan flow.Execution, leave func()) {
	s := &spectator{id: x.ID, spoken: make(chan flow.Execution, 1)}
	j := &job{execution: x, call: &call, watch: s}
	e.weigh(j, int64(len(call.RawBody)))
	e.hold(j)
	if !e.beginSeated(j) {
		// Stop does not wait any more: the table keeps the execution for the next life.
		e.drop(j, false)
		e.gallery.end(s)
		<-e.slots
	}
	return s.spoken, func() { e.gallery.leave(s) }
}

// fallBehind notes that the table is ahead of memory, and wakes the refiller.
func (e *Engine) fallBehind() {
	e.behind.Store(true)
	e.nudge()
}

// nudge wakes the refiller; one nudge waiting is enough.
func (e *Engine) nudge() {
	select {
	case e.poke <- struct{}{}:
	default:
	}
}
