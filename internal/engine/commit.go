package engine

import (
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

// commit writes what is pending, an Op that belongs to the last pending row, and a state. A failed
// write never fails an execution: it is repeated until it is known what the table has. False: the
// claim is gone, or the server stopped first.
func (r *run) commit(state store.State, op *collection.Op, broken store.State) (store.Committed, bool) {
	state.Revision, broken.Revision = r.revision, r.revision
	c := store.Commit{
		Execution: r.job.execution.ID, Owner: r.engine.owner,
		Steps: r.pending, Op: op, State: state, Broken: broken,
	}
	for pause := commitPause; ; pause = min(2*pause, commitPauseMax) {
		done, err := r.engine.table.Commit(c)
		if err == nil {
			return r.committed(done)
		}
		if r.engine.ctx.Err() != nil {
			r.over = true
			return store.Committed{}, false
		}
		r.engine.log.Warn("commit failed; trying again", "execution", text(r.job.execution), "error", err)
		r.engine.commitRetries.Add(1)
		r.engine.wait(pause)
		if found, done, ok := r.reread(c); found {
			if !ok {
				r.gone()
			}
			return done, ok
		}
	}
}

// committed takes note of a commit that is on disk.
func (r *run) committed(done store.Committed) (store.Committed, bool) {
	if done.Fenced {
		r.gone()
		return done, false
	}
	if done.CancelRequested {
		r.job.canceled.Store(true)
	}
	if r.revision != "" {
		r.job.execution.Revision, r.revision = r.revision, ""
	}
	r.pending = r.pending[:0]
	return done, true
}

// gone ends the run of an execution whose claim is somebody else's.
func (r *run) gone() {
	r.over = true
	r.engine.lost(r.job)
}

// reread looks whether a commit of unknown fate is in the table. found: it is, or the claim is gone
// (then ok is false); otherwise it has to be written again.
func (r *run) reread(c store.Commit) (found bool, done store.Committed, ok bool) {
	loaded, err := r.engine.table.Load(c.Execution)
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
		last := loaded.Steps[len(loaded.Steps)-1]
		done.Op = outcomeOf(last)
	}
	done, ok = r.committed(done)
	return true, done, ok
}

// inTable reports whether everything of a commit is in the table: its last row, and its state, or
// the one for a broken rule.
func inTable(loaded store.Loaded, c store.Commit) bool {
	x := loaded.Execution
	if len(c.Steps) > 0 && !holds(loaded.Steps, c.Steps[len(c.Steps)-1]) {
		return false
	}
	if c.State.Revision != "" && x.Revision != c.State.Revision {
		return false
	}
	if c.Op != nil && outcomeOf(loaded.Steps[len(loaded.Steps)-1]).Violation != nil {
		return x.Status == c.Broken.Status
	}
	return x.Status == c.State.Status && (!c.State.Release || x.Owner == 0)
}

// holds reports whether the journal has the row as it was to be written.
func holds(rows []flow.Step, want flow.Step) bool {
	for _, row := range rows {
		if row.N == want.N {
			return row.Attempt == want.Attempt && (row.Status == want.Status || row.Status == flow.Failed)
		}
	}
	return false
}

// outcomeOf reads the outcome of an Op back from its step.
func outcomeOf(row flow.Step) collection.Outcome {
	if row.Status == flow.Failed && row.Error != nil {
		return collection.Outcome{Violation: &collection.Violation{Code: row.Error.Code, Message: row.Error.Message}}
	}
	return collection.Outcome{Record: row.Result}
}

// wait pauses unless the engine gives up.
func (e *Engine) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.ctx.Done():
	}
}
