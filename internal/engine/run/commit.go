package run

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

// The back-off of commits that fail: the database is away, the disk is full.
const (
	commitPause    = 20 * time.Millisecond
	commitPauseMax = 2 * time.Second
)

// commit writes what is pending with what a Commit says of state and Ops, which belong to pending rows. A
// failed write never fails an execution: it is repeated until it is known what the table has. False: the
// claim is lost, or the server stopped first.
func (r *Run) commit(c store.Commit) (store.Committed, bool) {
	c.State.Revision, c.Broken.Revision = r.revision, r.revision
	c.Execution, c.Owner, c.Steps = r.job.Execution.ID, r.runner.owner, r.pending
	for wait := commitPause; ; wait = min(2*wait, commitPauseMax) {
		done, err := r.runner.Journal.Commit(c)
		if err == nil {
			return r.committed(done)
		}
		if r.runner.ctx.Err() != nil {
			r.over = true
			return store.Committed{}, false
		}
		r.runner.Log.Warn("commit failed; trying again", "execution", text(r.job.Execution), "error", err)
		r.runner.commitRetries.Add(1)
		pause(wait, r.runner.ctx.Done())
		if known, done, ok := r.reread(c); known {
			if !ok {
				r.claimLost()
			}
			return done, ok
		}
	}
}

// committed takes note of a commit that is on disk.
func (r *Run) committed(done store.Committed) (store.Committed, bool) {
	if done.Fenced {
		r.claimLost()
		return done, false
	}
	if done.CancelRequested {
		r.job.canceled.Store(true)
	}
	if r.revision != "" {
		r.job.Execution.Revision, r.revision = r.revision, ""
	}
	clear(r.pending)
	r.pending, r.bytes, r.outbound = r.pending[:0], 0, false
	return done, true
}

// reread looks whether a commit whose answer was lost is in the table. known: it is, or the claim is lost
// (then ok is false); otherwise it has to be written again.
func (r *Run) reread(c store.Commit) (known bool, done store.Committed, ok bool) {
	loaded, err := r.runner.Journal.Load(c.Execution)
	if err != nil {
		return fault.Is(err, fault.NotFound), store.Committed{Fenced: true}, false
	}
	x := loaded.Execution
	if c.State.Release && x.Status == flow.Canceled {
		// It was to be canceled, and the same write did so.
		done, ok = r.committed(store.Committed{CancelRequested: true})
		return true, done, ok
	}
	if !inTable(loaded, c) {
		return x.Owner != c.Owner, store.Committed{Fenced: true}, false
	}
	if c.Op != nil {
		row, _ := rowOf(loaded.Steps, c.Steps[len(c.Steps)-1].N)
		done.Op = outcomeOf(row)
	}
	for _, op := range c.Ops {
		row, _ := rowOf(loaded.Steps, op.N)
		done.Ops = append(done.Ops, outcomeOf(row))
	}
	done, ok = r.committed(done)
	return true, done, ok
}

// inTable reports whether everything of a commit is in the table: its rows, and its state, or the one for
// an Op that broke a rule or is not finished.
func inTable(loaded store.Loaded, c store.Commit) bool {
	x, want := loaded.Execution, c.State.Status
	ops := c.Ops
	if c.Op != nil {
		ops = append(slices.Clip(ops), store.StepOp{N: c.Steps[len(c.Steps)-1].N, Op: *c.Op})
	}
	for _, step := range c.Steps {
		row, ok := rowOf(loaded.Steps, step.N)
		if !ok || row.Attempt != step.Attempt {
			return false
		}
		i := slices.IndexFunc(ops, func(op store.StepOp) bool { return op.N == step.N })
		switch {
		case i < 0:
			if row.Status != step.Status || row.Branch != step.Branch || row.Ends != step.Ends {
				return false
			}
		case row.Status == flow.Running && collection.ProgressOf(row.Result) == ops[i].Op.From:
			return false // that is from the write before
		case row.Status != flow.Succeeded:
			want = c.Broken.Status
		}
	}
	if c.State.Revision != "" && x.Revision != c.State.Revision {
		return false
	}
	return x.Status == want && (!c.State.Release || x.Owner == 0)
}

// rowOf finds a row of the journal.
func rowOf(rows []flow.Step, n int) (flow.Step, bool) {
	i, ok := slices.BinarySearchFunc(rows, n, func(s flow.Step, n int) int { return s.N - n })
	if !ok {
		return flow.Step{}, false
	}
	return rows[i], true
}

// outcomeOf reads the outcome of an Op back from its step.
func outcomeOf(row flow.Step) collection.Outcome {
	switch {
	case row.Status == flow.Running:
		next := collection.ProgressOf(row.Result)
		return collection.Outcome{Next: &next}
	case row.Status == flow.Failed && row.Error != nil:
		return collection.Outcome{Violation: &collection.Violation{Code: row.Error.Code, Message: row.Error.Message}}
	default:
		return collection.Outcome{Record: row.Result}
	}
}
