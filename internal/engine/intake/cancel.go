package intake

import (
	"maps"
	"slices"

	"hookline.dev/hookline/internal/ident"
)

// NoteCancel notes that an execution is about to be canceled in the table, which this process may own. The note
// ends when the execution does, or with ForgetCancel.
func (in *Intake) NoteCancel(id ident.ID) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.cancels[id] = struct{}{}
}

// ForgetCancel ends the note: the request failed, or the execution has ended.
func (in *Intake) ForgetCancel(id ident.ID) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.cancels, id)
}

// Cancels lists the executions that are to be canceled and have not ended here.
func (in *Intake) Cancels() []ident.ID {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Sorted(maps.Keys(in.cancels))
}

// Cancel has an execution in memory end as canceled. One that is only on its way here is told by its first commit.
func (in *Intake) Cancel(id ident.ID) {
	in.mu.Lock()
	j := in.jobs[id]
	parked, wasParked := in.unpark(id)
	if wasParked {
		j = parked
	}
	in.mu.Unlock()
	if j == nil {
		return
	}
	j.Cancel()
	if wasParked {
		in.enqueue(j)
	}
}

// track makes an execution in memory reachable for Cancel, also for one that came before.
func (in *Intake) track(j *job) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.jobs[j.Execution.ID] = j
	if _, canceled := in.cancels[j.Execution.ID]; canceled {
		j.Cancel()
	}
}

// untrack ends that. released says that a cancel request has been answered, too.
func (in *Intake) untrack(j *job, released bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.jobs[j.Execution.ID] == j {
		delete(in.jobs, j.Execution.ID)
	}
	if released {
		delete(in.cancels, j.Execution.ID)
	}
}
