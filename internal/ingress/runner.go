package ingress

import (
	"context"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Runner writes accepted calls and runs their executions. It writes through the Door: whether an execution has
// an owner in memory or waits in the table is its own business.
//
// The outcome of the write is returned as the store tells it; when the key belongs to an earlier execution, that
// one is already back in the queue if it has to be. An error means that nothing was written, or that this is
// not known.
type Runner interface {
	// Submit is for callers who do not wait. heavy says that the call is too large to be kept in memory until
	// its execution begins.
	Submit(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error)
	// SubmitAndWait is for callers who wait for the execution. It takes a running slot first, and fails with
	// fault.Unavailable when ctx ends before there is one; then nothing is written. When the call has an
	// execution of its own the wait for it has begun, as with Waiting.Await; else the channel is nil.
	SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (to store.Accepted, result <-chan flow.Execution, leave func(), err error)
}

// Waiting is for callers whose call repeats an earlier one. The execution may run on another machine.
type Waiting interface {
	// Await waits for an execution that is live. The channel gets exactly one value, when the answer of a
	// Response node is committed or the execution has ended, also if that was before; it is closed
	// without one at shutdown, and when too many callers wait. leave ends the wait, and must be called.
	Await(id ident.ID) (result <-chan flow.Execution, leave func())
}

// Executions finds executions for the status URL.
type Executions interface {
	// Lookup returns an execution, or an error of kind fault.NotFound.
	Lookup(ctx context.Context, id ident.ID) (flow.Execution, error)
}

// Observer is told of every delivery.
type Observer interface {
	// Delivered is called after the reply, on the caller's goroutine; it must not block. The
	// delivery's Status is what was sent, or 0 when the caller had left.
	Delivered(d hook.Delivery)
}
