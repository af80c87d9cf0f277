package run

import (
	"context"
	"sync/atomic"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// Job is an execution in memory that this process has claimed.
type Job struct {
	Execution flow.Execution
	Call      *hook.Context // nil: restored from Request
	Request   *hook.Request // as recorded; only when Call is nil
	Steps     []flow.Step   // the journal so far
	Partial   bool          // only Execution.ID is known; Open reads the rest from the table

	canceled atomic.Bool
	cancel   atomic.Pointer[context.CancelFunc] // of the attempts under way
}

// FromTable makes a job of what the table gave.
func FromTable(c store.Claimed) *Job {
	return &Job{Execution: c.Execution, Request: &c.Delivery.Request, Steps: c.Steps}
}

// edit replaces the data of a call by what a retry has edited. The recorded request stays as it arrived; $context.rawBody
// is the text of the edited data, so that a workflow never sees two versions of its input.
func (j *Job) edit(call *hook.Context) {
	if e, ok := flow.EditOf(j.Steps); ok {
		call.Data, call.RawBody = e.Data, e.Data.Text()
	}
}

// BodyBytes is the size of the call's body as far as it is in memory.
func (j *Job) BodyBytes() int64 {
	switch {
	case j.Request != nil:
		return int64(j.Request.Bytes())
	case j.Call != nil:
		return int64(len(j.Call.RawBody))
	default:
		return 0
	}
}

// Cancel has the execution end as canceled at its next step, and interrupts its attempts.
func (j *Job) Cancel() {
	j.canceled.Store(true)
	if cancel := j.cancel.Load(); cancel != nil {
		(*cancel)()
	}
}

// Canceled reports whether Cancel was called, or a commit has said that the execution is to be canceled.
func (j *Job) Canceled() bool { return j.canceled.Load() }
