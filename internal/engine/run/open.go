package run

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
)

// loadPause is the wait after a failed look into the table.
const loadPause = 250 * time.Millisecond

// Open makes a job runnable: it reads what the job lacks, finds the program, restores the variables and folds the
// journal. False: there is nothing to run. The execution was failed because it cannot be run, is in other hands,
// or was released to the table.
func (e *Runner) Open(j *Job) (*Run, bool) {
	r := &Run{runner: e, job: j}
	if j.Partial && !r.load() {
		return r, false
	}
	compiled, err := e.Programs.Program(j.Execution.Workflow, j.Execution.Revision)
	if err != nil {
		r.reject("revision", "the workflow's revision cannot be run: "+err.Error())
		return r, false
	}
	if j.Call == nil {
		call, err := body.Context(*j.Request)
		if err != nil {
			r.reject("delivery", "the recorded request cannot be read: "+err.Error())
			return r, false
		}
		j.edit(&call)
		j.Call = &call
	}
	if err := r.restore(compiled); err != nil {
		r.reject("journal", err.Error())
		return r, false
	}
	r.scope.bind(r)
	return r, true
}

// load reads a partial job from the table. False: it is in other hands, or the engine stops. What cannot be read
// for another reason than that the table is away is released: whoever claims it next is told why.
func (r *Run) load() bool {
	e, j := r.runner, r.job
	for !e.isStopping() {
		loaded, err := e.Journal.Load(context.Background(), j.Execution.ID)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && (loaded.Execution.Owner != e.owner || loaded.Execution.Status.Final()):
			e.Reports.ClaimLost(j.Execution.ID)
			return false
		case err == nil:
			j.Partial, j.Execution, j.Request, j.Steps = false, loaded.Execution, &loaded.Delivery.Request, loaded.Steps
			return true
		case !fault.Is(err, fault.Unavailable):
			e.Log.Error("cannot read an execution", About(&j.Execution, "error", err)...)
			r.Release()
			return false
		}
		e.Log.Warn("cannot read an execution; trying again", About(&j.Execution, "error", err)...)
		pause(loadPause, e.stopping)
	}
	return false
}
