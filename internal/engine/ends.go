package engine

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// An execution can end in these ways. Each is announced, to the Observer and to all who wait:
//
//   - its owner commits the end: of the flow, by a Response or an Op that is last, as canceled, out of
//     time, over a limit, or because it cannot be run at all           → run.ended
//   - its owner lets go of it, to sleep, to stop or to make room, and the same write finds that it is
//     to be canceled                                                   → run.release
//   - it is canceled while nobody owns it                              → Engine.Cancel
//   - a new life aborts it, since it killed the process too often, or cancels it, since its owner of an
//     earlier life did not live to do so                               → Engine.Start
//   - the table cannot hand it out, since what belongs to it is gone   → Engine.admit
//   - a stop gives up the claim of one that is to be canceled          → Engine.Stop
//
// When the owner's claim turns out to be gone, somebody else has announced the end or will: then only
// those who wait here are told what the table says (lost).

// ended announces an end that the owner has committed.
func (r *run) ended(final store.State) {
	r.settled = true
	x := &r.job.execution
	x.Status, x.Reason, x.WakeAt, x.FinishedAt = final.Status, final.Reason, time.Time{}, final.FinishedAt
	x.Output, x.Error = final.Output, final.Error
	rows := len(r.job.steps)
	if r.state != nil {
		rows = r.state.Rows()
	}
	r.engine.observer.Ended(*x, rows, x.FinishedAt.Sub(x.CreatedAt))
	r.tell(*x)
}

// release commits a state that gives the claim up. False: the execution ended instead, or the claim
// was gone.
func (r *run) release(state store.State) bool {
	state.StartedAt, state.Release = r.job.execution.StartedAt, true
	done, ok := r.commit(store.Commit{State: state})
	if !ok {
		return false
	}
	r.settled = true
	if done.CancelRequested {
		r.ended(r.final(flow.Canceled, ""))
		return false
	}
	return true
}

// announce tells everybody of an end that no run of this engine committed.
func (e *Engine) announce(x flow.Execution, rows int) {
	e.observer.Ended(x, rows, x.FinishedAt.Sub(x.CreatedAt))
	e.gallery.tell(x)
}

// tell gives those who wait what the execution says: the caller who sits, and the gallery.
func (r *run) tell(x flow.Execution) {
	if r.job.watch != nil {
		r.engine.gallery.show(r.job.watch, x)
	}
	r.engine.gallery.tell(x)
}

// lost looks after those who wait for an execution whose claim is gone.
func (e *Engine) lost(j *job) {
	waiting := e.gallery.of(j.execution.ID)
	if j.watch != nil {
		waiting = append(waiting, j.watch)
	}
	if len(waiting) == 0 {
		return
	}
	loaded, err := e.table.Load(j.execution.ID)
	for _, s := range waiting {
		if err == nil && hasSpoken(loaded.Execution) {
			e.gallery.inform(s, loaded.Execution)
		} else {
			e.gallery.end(s)
		}
	}
}

// Cancel asks that an execution be canceled: at once when nobody owns it or it waits in memory, else
// at its next step, whose attempt is interrupted. It returns the status after the request.
func (e *Engine) Cancel(id ident.ID) (flow.Status, error) {
	e.ask(id)
	now := e.clock.Now()
	status, err := e.table.RequestCancel(id, now)
	if err != nil || status.Final() {
		e.answered(id)
	}
	switch {
	case err != nil:
		return "", fault.Wrap("engine.Cancel", err)
	case status == flow.Canceled:
		e.canceledAt(id, now)
	case !status.Final():
		e.interrupt(id)
	}
	return status, nil
}

// canceledAt announces what a request at that instant canceled in the table. An execution that was
// canceled before has been announced; stores keep instants to the microsecond.
func (e *Engine) canceledAt(id ident.ID, at time.Time) {
	loaded, err := e.table.Load(id)
	if err != nil {
		e.log.Warn("cannot read an execution that was canceled", "execution", id.Text(ident.Execution), "error", err)
		for _, s := range e.gallery.of(id) {
			e.gallery.end(s)
		}
		return
	}
	if loaded.Execution.FinishedAt.Truncate(time.Microsecond).Equal(at.Truncate(time.Microsecond)) {
		e.announce(loaded.Execution, len(loaded.Steps))
	}
}

// interrupt makes the job of an execution in memory end as canceled.
func (e *Engine) interrupt(id ident.ID) {
	e.mu.Lock()
	j, waited := e.jobs[id], false
	if p, ok := e.unpark(id); ok {
		j, waited = p, true
	}
	e.mu.Unlock()
	if j == nil {
		return // on its way here: its first commit says that it is to be canceled
	}
	j.canceled.Store(true)
	if cancel := j.cancel.Load(); cancel != nil {
		(*cancel)()
	}
	if waited {
		e.queue.put(j)
	}
}

// ask notes a cancel request that the table may answer with a stop of the engine.
func (e *Engine) ask(id ident.ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked[id] = struct{}{}
}

// answered forgets it.
func (e *Engine) answered(id ident.ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.asked, id)
}

// announceEnded announces those of the executions that the table says have ended.
func (e *Engine) announceEnded(ids []ident.ID) {
	for _, id := range ids {
		loaded, err := e.table.Load(id)
		if err != nil {
			e.log.Warn("cannot read an execution that ended", "execution", id.Text(ident.Execution), "error", err)
			continue
		}
		x := loaded.Execution
		if x.Reason == flow.ReasonKilled {
			e.log.Error("execution aborted: it killed the process again when it ran alone", "execution", text(x))
		}
		if x.Status.Final() {
			e.announce(x, len(loaded.Steps))
		}
	}
}
