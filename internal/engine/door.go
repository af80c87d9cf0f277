package engine

import (
	"context"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// Reserve takes a place in the hand-off for an execution whose call has a body of size bytes. When there
// is none the execution is accepted without an owner and waits in the table. A reservation ends with Take or
// Abandon.
func (e *Engine) Reserve(size int64) (flow.Incarnation, bool) {
	if e.stopped() || e.owner == 0 {
		return 0, false
	}
	// Once the table holds older executions, new ones queue up behind them: oldest first.
	if e.behind.Load() {
		return 0, false
	}
	held, load := e.held.Add(1), e.load.Add(size)
	if held > int64(e.opt.HandOff) || load > e.opt.HandOffBytes {
		e.Abandon(size)
		e.fallBehind()
		return 0, false
	}
	return e.owner, true
}

// Abandon gives a reservation back.
func (e *Engine) Abandon(size int64) {
	e.held.Add(-1)
	e.load.Add(-size)
}

// Left says that an execution was accepted without an owner, or put back into the queue.
func (e *Engine) Left() { e.fallBehind() }

// Take consumes a reservation after the execution was accepted.
func (e *Engine) Take(x flow.Execution, call hook.Context) {
	j := &job{execution: x, call: &call, placed: true, weight: int64(len(call.RawBody))}
	e.hold(j)
	e.queue.put(j)
}

// Seat takes a running slot for an execution whose caller waits. It fails with fault.Unavailable
// when ctx ends or the engine stops first.
func (e *Engine) Seat(ctx context.Context) (flow.Incarnation, error) {
	if e.stopped() || e.owner == 0 {
		return 0, fault.New("engine.Seat", fault.Unavailable, "the server is starting or shutting down")
	}
	select {
	case e.slots <- struct{}{}:
		return e.owner, nil
	case <-e.stopping:
		return 0, fault.New("engine.Seat", fault.Unavailable, "the server is shutting down")
	case <-ctx.Done():
		return 0, fault.New("engine.Seat", fault.Unavailable, "no slot was free in time")
	}
}

// Rise gives an unused seat back.
func (e *Engine) Rise() { <-e.slots }

// Sit consumes a seat after the execution was accepted and runs it at once. The channel yields one
// value, when the answer of a Response node is committed or the execution ended, and is closed; it is
// closed without one when the server stops first. An execution that sleeps meanwhile is waited for.
// leave ends the wait and may be called at any time, more than once.
func (e *Engine) Sit(x flow.Execution, call hook.Context) (spoken <-chan flow.Execution, leave func()) {
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
