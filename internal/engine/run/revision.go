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
	if r.compiled, err = r.chooseRevision(own); err != nil {
		return err
	}
	r.state = advance.Fold(r.compiled.Program, r.job.Execution.CreatedAt, r.compiled.Workflow.Options.Timeout, r.runner.Limits.Journal, r.job.Steps)
	return nil
}

// chooseRevision returns the revision for an execution that was put back into the queue and has done nothing since:
// the one that the retry names, else the published one when all that it had finished is unchanged there (SPEC §6), else
// its own. The move becomes durable with the first commit. Until then a crash leaves the execution on its own revision,
// and the next to take it up decides again.
func (r *Run) chooseRevision(own *document.Compiled) (*document.Compiled, error) {
	steps := r.job.Steps
	if len(steps) == 0 || steps[len(steps)-1].Type != flow.MarkerRetry {
		return own, nil
	}
	named := flow.RerunOf(steps[len(steps)-1].Input).Revision
	if named == own.Workflow.Revision {
		return own, nil
	}
	var to *document.Compiled
	if named == "" {
		to = r.runner.Programs.Current(r.job.Execution.Workflow)
		if to == nil || to.Workflow.Revision == own.Workflow.Revision {
			return own, nil
		}
	} else {
		var err error
		if to, err = r.runner.Programs.Program(r.job.Execution.Workflow, named); err != nil {
			return nil, fmt.Errorf("the revision of the retry cannot be run: %w", err)
		}
	}
	switch reason := advance.Difference(own.Program, to.Program, steps); {
	case reason == "":
		r.revision = to.Workflow.Revision
		return to, nil
	case named != "":
		return nil, fmt.Errorf("the execution cannot continue on the revision %s: %s", named, reason)
	default:
		r.runner.Log.Info("retried on its own revision", About(&r.job.Execution, "reason", reason,
			"revision", own.Workflow.Revision, "newest", to.Workflow.Revision)...)
		return own, nil
	}
}
