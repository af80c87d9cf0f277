package engine

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// An execution can end in these ways. Each is announced once, to the Observer and to all who wait:
//
//   - its owner commits the end: of the flow, by a Response or an Op that is last, as canceled, out of
//     time, over a limit, or because it cannot be run at all           → Ended
//   - its owner releases it, to sleep, to stop or to make room, and the same write finds that it is
//     to be canceled                                                   → Ended
//   - it is canceled while nobody owns it                              → Cancel
//   - a new incarnation aborts it, since it killed the process too often, or cancels it, since its owner of an
//     earlier incarnation did not live to do so                        → Start
//   - the table cannot hand it out, since what belongs to it is gone   → announce, called by the intake
//   - a stop gives up the claim of one that is to be canceled          → Stop
//
// When the owner's claim turns out to be lost, somebody else has announced the end or will. Those who wait here
// are told what the table says, and wait on when it says nothing yet.

// Committed implements run.Reports.
func (e *Engine) Committed(id ident.ID) { e.observer.Committed(id) }

// Answered implements run.Reports.
func (e *Engine) Answered(x flow.Execution) { e.waiters.Tell(x) }

// Ended implements run.Reports.
func (e *Engine) Ended(x flow.Execution, steps int) { e.announce(x, steps) }

// Slept implements run.Reports.
func (e *Engine) Slept(x flow.Execution, steps int) {
	e.observer.Ended(x, steps, e.clock.Now().Sub(x.CreatedAt))
}

// Started implements run.Reports.
func (e *Engine) Started() { e.intake.Refill("") }

// ClaimLost implements run.Reports.
func (e *Engine) ClaimLost(id ident.ID) {
	e.liveKeys.remove(id)
	e.waiters.Recheck(id)
}

// announce tells everybody of an end.
func (e *Engine) announce(x flow.Execution, steps int) {
	e.liveKeys.remove(x.ID)
	e.observer.Ended(x, steps, x.FinishedAt.Sub(x.CreatedAt))
	e.waiters.Tell(x)
}

// Cancel asks that an execution be canceled: at once when nobody owns it or it waits in memory, else
// at its next step, whose attempt is interrupted. It returns the status after the request.
func (e *Engine) Cancel(id ident.ID) (flow.Status, error) {
	e.intake.NoteCancel(id)
	now := e.clock.Now()
	status, err := e.table.RequestCancel(id, now)
	if err != nil || status.Final() {
		e.intake.ForgetCancel(id)
	}
	switch {
	case err != nil:
		return "", fault.Wrap("engine.Cancel", err)
	case status == flow.Canceled:
		e.canceledAt(id, now)
	case !status.Final():
		e.intake.Cancel(id)
	}
	return status, nil
}

// canceledAt announces what a request at that instant canceled in the table. An execution that was
// canceled before has been announced; stores keep instants to the microsecond.
func (e *Engine) canceledAt(id ident.ID, at time.Time) {
	loaded, err := e.table.Load(context.Background(), id)
	if err != nil {
		e.log.Warn("cannot read an execution that was canceled", "execution", id.Text(ident.Execution), "error", err)
		e.waiters.Recheck(id)
		return
	}
	if loaded.Execution.FinishedAt.Truncate(time.Microsecond).Equal(at.Truncate(time.Microsecond)) {
		e.announceLoaded(&loaded)
	}
}

// announceLoaded announces an execution that ended in the table.
func (e *Engine) announceLoaded(x *store.Loaded) {
	if e.tracer != nil {
		e.tracer.Ended(x.Execution, nil, &x.Delivery.Request)
	}
	e.announce(x.Execution, len(x.Steps))
}

// startHandler starts the workflow for failures of an execution that the table has aborted.
func (e *Engine) startHandler(x store.Loaded) {
	a := e.runner.FailureOf(x)
	if a == nil {
		return
	}
	if _, err := e.table.Accept(*a); err != nil {
		e.log.Error("cannot start the workflow for failures", run.About(&x.Execution, "error", err)...)
		return
	}
	e.intake.Refill("")
}

// announceAll announces those of the executions that the table says have ended.
func (e *Engine) announceAll(ids []ident.ID) {
	for _, id := range ids {
		loaded, err := e.table.Load(context.Background(), id)
		if err != nil {
			e.log.Warn("cannot read an execution that ended", "execution", id.Text(ident.Execution), "error", err)
			continue
		}
		x := loaded.Execution
		if x.Reason == flow.ReasonKilled {
			e.log.Error("execution aborted: it killed the process again when it ran alone", run.About(&x)...)
		}
		if x.Status.Final() {
			e.announceLoaded(&loaded)
		}
		if x.Status == flow.Aborted {
			e.startHandler(loaded)
		}
	}
}
