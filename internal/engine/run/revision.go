package run

import (
	"fmt"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
)

// restore chooses the revision that the execution goes on with and folds the journal over it. A journal
// that does not fit is an error, not a panic: it may come from a damaged file.
func (r *Run) restore(own *document.Compiled) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the journal does not fit the revision: %v", p)
		}
	}()
	r.compiled = r.newest(own)
	r.state = advance.New(r.compiled.Program, r.job.Execution.CreatedAt, r.compiled.Workflow.Options.Timeout, r.runner.Limits.Journal)
	for _, row := range r.job.Steps {
		r.state.Apply(row)
	}
	return nil
}

// newest returns the published revision for an execution that was put back into the queue and has
// done nothing since, when all that it had finished is unchanged there (SPEC §6); else its own. The move
// becomes durable with the first commit. Until then a crash leaves the execution on its own revision,
// and the next to take it up decides again.
func (r *Run) newest(own *document.Compiled) *document.Compiled {
	steps := r.job.Steps
	if len(steps) == 0 || steps[len(steps)-1].Type != flow.MarkerRetry {
		return own
	}
	current := r.runner.Programs.Current(r.job.Execution.Workflow)
	if current == nil || current.Workflow.Revision == own.Workflow.Revision {
		return own
	}
	if !advance.Compatible(own.Program, current.Program, steps) {
		r.runner.Log.Info("retried on its own revision: the newest changed what had been done", "execution", text(r.job.Execution),
			"revision", own.Workflow.Revision, "newest", current.Workflow.Revision)
		return own
	}
	r.revision = current.Workflow.Revision
	return current
}
