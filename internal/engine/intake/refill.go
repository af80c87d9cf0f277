package intake

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

const (
	// claimBatch is how many executions one claim takes from the table.
	claimBatch = 256
	// claimPause is the wait after a failed look into the table.
	claimPause = 250 * time.Millisecond
	// lookEvery bounds how long an execution that no signal announced stays unseen.
	lookEvery = 2 * time.Second
	// wakePause is the shortest wait for an execution that is due.
	wakePause = time.Millisecond
)

// refill first runs the suspects, then claims executions from the table whenever it has some that are not in memory,
// or a waiting one is due.
func (in *Intake) refill() {
	in.runSuspects()
	in.count()
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	for !in.isStopping() {
		in.claim()
		wait := in.untilWake()
		timer.Reset(wait)
		select {
		case <-in.stopping:
			return
		case <-in.wakeup:
		case <-timer.C:
			in.reconcile()
		}
		if in.wakeTime.passed(in.Clock.Now()) {
			in.unclaimed.announce("")
		}
	}
}

// untilWake returns how long to wait for the next execution that is due. While the table has some for which there is no
// room, NextWake may tell of those; then the table is read a few times a second, for others that are due. wakePause
// keeps the refiller from being busy with one that Claim does not hand out.
func (in *Intake) untilWake() time.Duration {
	if in.unclaimed.any.Load() {
		return claimPause
	}
	limit := lookEvery
	if err := in.wakeTime.ask(in.Table); err != nil {
		in.Log.Warn("cannot read when the next execution is due; trying again", "error", err)
		limit = claimPause
	}
	return max(in.wakeTime.until(in.Clock.Now(), limit), wakePause)
}

// reconcile is a safety net under the signals, which other processes do not give. It has the table be asked again
// for the next waiting execution. Of those that do not wait it compares numbers, which change meanwhile; a wrong guess
// costs one look into the table.
func (in *Intake) reconcile() {
	in.wakeTime.askAgain()
	s := in.Stats()
	if in.unclaimed.any.Load() || in.Table.Backlog() > s.Held+s.Parked+int64(s.Running) {
		in.unclaimed.announce("")
	}
	if now := in.Clock.Now(); now.Sub(in.counted) >= lookEvery {
		in.counted = now
		in.count()
	}
}

// claim claims executions of those workflows that may have more of them in memory. It takes no more at once than half of
// the free places, so that it does not give all to one workflow.
func (in *Intake) claim() {
	for !in.isStopping() {
		free, skip := in.places.room()
		look, found := in.unclaimed.besides(skip)
		if !found || free < in.batch() {
			return
		}
		limit := min(claimBatch, max(1, int(free/2)))
		claimed, err := in.Table.Claim(flow.Incarnation(in.owner.Load()), in.Clock.Now(), limit, false, skip...)
		if err != nil {
			in.Log.Warn("cannot read the queue; trying again", "error", err)
			in.pause()
			continue
		}
		if len(claimed) == 0 {
			in.unclaimed.none(look, skip)
		}
		for _, c := range claimed {
			in.admit(c)
		}
	}
}

// admit queues what the table handed out.
func (in *Intake) admit(c store.Claimed) {
	if c.Execution.Status.Final() {
		in.Failed(c.Execution, len(c.Steps)) // it could not be handed out whole
		return
	}
	in.inTable.add(c.Execution.Workflow, -1)
	j := &job{Job: run.FromTable(c), placed: true}
	j.weight = j.BodyBytes()
	in.places.take(c.Execution.Workflow, true, j.weight)
	in.track(j)
	in.enqueue(j)
}

// runSuspects runs the executions that were found unfinished too often, one at a time and with
// nothing beside them, so that a crash names the one that caused it.
func (in *Intake) runSuspects() {
	for !in.isStopping() {
		claimed, err := in.Table.Claim(flow.Incarnation(in.owner.Load()), in.Clock.Now(), 1, true)
		if err != nil {
			in.Log.Warn("cannot read the suspects; trying again", "error", err)
			in.pause()
			continue
		}
		if len(claimed) == 0 {
			return
		}
		if claimed[0].Execution.Status.Final() {
			in.Failed(claimed[0].Execution, len(claimed[0].Steps))
			continue
		}
		j := &job{Job: run.FromTable(claimed[0])}
		in.track(j)
		in.Log.Warn("running alone: found unfinished after several restarts",
			run.About(&j.Execution, "resumes", j.Execution.Resumes)...)
		if _, err := in.AcquireSlot(context.Background(), j.Execution.Workflow); err != nil {
			return // the engine stops
		}
		in.handle(j)
		in.ReleaseSlot(j.Execution.Workflow)
	}
}

// pause waits after a failed look into the table, or returns early when the intake stops.
func (in *Intake) pause() {
	timer := time.NewTimer(claimPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-in.stopping:
	}
}
