package journalplan

import (
	"crypto/sha256"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// CheckAccept returns an error of kind fault.Invalid if a driver must not write the Accept.
func CheckAccept(a *store.Accept) error {
	e, d := &a.Execution, &a.Delivery
	if e.ID == 0 || d.ID == 0 || e.Delivery != d.ID || d.Execution != e.ID || e.Status != flow.Queued || d.Outcome != hook.Accepted {
		return fault.New("store.Accept", fault.Invalid, "an accepted delivery and its queued execution must have ids and name each other")
	}
	return nil
}

// SameRequest reports whether a call with the fingerprint b may get the outcome of the call with the fingerprint a.
// Without a fingerprint, any request may.
func SameRequest(a, b *[sha256.Size]byte) bool { return a == nil || b == nil || *a == *b }

// FirstCall returns the execution that owns a dedupe key, before the driver reads its row. It remains as it is if
// retention has deleted the row: it counts as succeeded, because a late repeat must not repeat work that may have
// been done.
func FirstCall(id ident.ID, workflow string) *flow.Execution {
	return &flow.Execution{ID: id, Workflow: workflow, Status: flow.Succeeded}
}

// Repeat returns the outcome of an Accept whose key belongs to another execution. If Retried is set, the driver
// puts that execution back into the queue. If it has succeeded, the driver adds the Answer.
func Repeat(first *flow.Execution) store.Accepted {
	return store.Accepted{First: first, Retried: first.Status == flow.Failed || first.Status == flow.Aborted}
}
