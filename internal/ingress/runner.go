package ingress

import (
	"context"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Runner writes accepted calls and runs their executions. It writes through the Door. Whether an execution has
// an owner in memory or waits in the table is up to the Runner.
//
// It returns the result of the write as the store reports it. If the key belongs to an earlier execution that
// must run again, the write has already put it back into the queue. An error means that nothing was written, or
// that the result is unknown.
type Runner interface {
	// Submit is for callers who do not wait. heavy says that the call is too large to stay in memory until its
	// execution begins.
	Submit(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error)
	// SubmitAndWait is for callers who wait for the execution. It takes a running slot first; if ctx ends
	// before there is one, it writes nothing and returns a fault.Unavailable. If the call gets its own
	// execution, the wait for it has begun, as with Waiting.Await. Otherwise the channel is nil.
	SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (to store.Accepted, result <-chan flow.Execution, leave func(), err error)
}

// Waiting is for callers whose call repeats an earlier one. The execution may run on another machine.
type Waiting interface {
	// Await waits for a live execution. The channel gets exactly one value, when the answer of a Response node
	// is committed or the execution has ended, even if that happened before the call. It is closed without a
	// value at shutdown, and when too many callers wait. The caller must call leave, which ends the wait.
	Await(id ident.ID) (result <-chan flow.Execution, leave func())
}

// Executions finds executions for the status URL.
type Executions interface {
	// Lookup returns an execution, or an error of kind fault.NotFound.
	Lookup(ctx context.Context, id ident.ID) (flow.Execution, error)
}

// Observer is notified of every delivery.
type Observer interface {
	// Delivered is called after the reply, on the caller's goroutine, and must not block. The delivery's Status
	// is the status that was sent, or 0 if the caller had reset the stream.
	Delivered(d hook.Delivery)
}
