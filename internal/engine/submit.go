package engine

import (
	"context"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Submit writes an accepted call whose caller does not wait for the execution, and queues the execution. With
// heavy, or when memory has no place for it, the execution is written without an owner and waits in the table.
//
// The outcome of the write is returned as the store tells it. Its error is of kind fault.Unavailable when the workflow
// has its share of the backlog in the queue; nothing was written then. Else it is the store's: nothing was written, or
// that is not known.
func (e *Engine) Submit(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error) {
	size, reserved, workflow := int64(len(call.RawBody)), false, a.Execution.Workflow
	if err := e.intake.Admit(workflow); err != nil {
		return store.Accepted{}, err
	}
	a.Execution.Owner = 0
	if !heavy {
		a.Execution.Owner, reserved = e.intake.Reserve(workflow, size)
	}
	defer func() {
		if reserved { // not used
			e.intake.Unreserve(workflow, size)
		}
	}()
	to, err := e.table.Accept(a)
	switch {
	case err != nil || to.OtherRequest || to.Elsewhere || to.First != nil && !to.Retried:
	case to.Retried || !reserved:
		e.intake.LeftToTable(workflow)
	default:
		reserved = false
		e.intake.Put(a.Execution, call)
	}
	return to, err
}

// SubmitAndWait takes a slot, writes an accepted call whose caller waits for the execution, and runs the
// execution at once. When ctx ends or the engine stops before a slot is free, it fails with fault.Unavailable
// and nothing is written. A call whose dedupe key belongs to an execution that such a caller waits for already needs no
// slot.
//
// The channel is not nil when the call has an execution of its own. It is that of Await: it yields one value when
// the execution has answered or ended. An execution that sleeps meanwhile is waited for.
func (e *Engine) SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (to store.Accepted, result <-chan flow.Execution, leave func(), err error) {
	if e.liveKeys.has(&a) {
		return e.submitRepeat(a)
	}
	workflow := a.Execution.Workflow
	if a.Execution.Owner, err = e.intake.AcquireSlot(ctx, workflow); err != nil {
		return to, nil, nil, err
	}
	acquired := true
	defer func() {
		if acquired { // not used
			e.intake.ReleaseSlot(workflow)
		}
	}()
	to, err = e.table.Accept(a)
	switch {
	case err != nil || to.OtherRequest:
	case to.Retried:
		e.intake.LeftToTable(workflow)
	case to.First != nil:
	case to.Elsewhere:
		result, leave = e.waiters.AwaitNew(a.Execution.ID)
	default:
		acquired = false
		e.liveKeys.add(&a)
		result, leave = e.waiters.Expect(a.Execution.ID)
		e.intake.RunNow(a.Execution, call) // it goes on when its caller has left
	}
	return to, result, leave, err
}

// Await waits for an execution that the caller did not start, wherever it runs. The channel yields one value, when
// the answer of a Response node is committed or the execution has ended, also when that was before the call, and is
// closed. It is closed without one when the engine stops, when there is no such execution, and at once when
// Options.Waiters wait already. leave ends the wait and may be called at any time, more than once.
func (e *Engine) Await(id ident.ID) (result <-chan flow.Execution, leave func()) {
	return e.waiters.Await(id)
}
