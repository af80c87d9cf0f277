package ingress

import (
	"context"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// HandOff passes accepted executions on in memory, where there is room.
type HandOff interface {
	// Reserve takes a place for a call with a body of size bytes. Without one the execution is accepted
	// unowned and the table keeps it. A place is used with Take or given back with Abandon.
	Reserve(size int64) (flow.Incarnation, bool)
	// Abandon gives a place for a body of size bytes back.
	Abandon(size int64)
	// Take uses a place, after Accept.
	Take(e flow.Execution, call hook.Context)
	// Left says, after Accept, that an execution without an owner is in the table.
	Left()
}

// Seats are the running slots for executions whose callers wait.
type Seats interface {
	// Seat takes a slot, and fails when ctx ends first or the server stops. A seat is used with Sit
	// or given back with Rise.
	Seat(ctx context.Context) (flow.Incarnation, error)
	// Rise gives an unused seat back.
	Rise()
	// Sit uses a seat, after Accept. The channel holds exactly one value, when the reply of a
	// Response node is committed or the execution has ended; it is closed without one at shutdown. leave
	// ends the waiting, and must be called.
	Sit(e flow.Execution, call hook.Context) (spoken <-chan flow.Execution, leave func())
}

// Attendance is for callers whose call repeats an earlier one.
type Attendance interface {
	// Attend waits for an execution that is live. The channel gets exactly one value, when the reply of a
	// Response node is committed or the execution has ended, also if that was before; it is closed
	// without one at shutdown. leave ends the waiting, and must be called.
	Attend(id ident.ID) (spoken <-chan flow.Execution, leave func())
}

// Runner is the engine as the door sees it.
type Runner interface {
	HandOff
	Seats
	Attendance
}

// Executions finds executions for the status URL.
type Executions interface {
	// Lookup returns an execution, or an error of kind fault.NotFound.
	Lookup(id ident.ID) (flow.Execution, error)
}

// Observer is told of every delivery.
type Observer interface {
	// Delivered is called after the reply, on the caller's goroutine; it must not block. The
	// delivery's Status is what was sent, or 0 when the caller had left.
	Delivered(d hook.Delivery)
}
