package intake

import (
	"time"

	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
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

// refill first runs the suspects, then starts the workers and claims executions from the table whenever it has
// some that are not in memory, or a waiting one is due.
func (in *Intake) refill() {
	in.runSuspects()
	for range in.Limits.Slots {
		in.working.Go(in.work)
	}
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	for !in.isStopping() {
		wait := lookEvery
		if full := in.claim(); !full {
			wait = in.untilWake()
		}
		timer.Reset(wait)
		select {
		case <-in.stopping:
			return
		case <-in.wakeup:
		case <-timer.C:
			in.reconcile()
		}
		if in.wakeTime.passed(in.Clock.Now()) {
			in.unclaimed.announce()
		}
	}
}

// untilWake returns how long to wait for the next execution that is due. It is not called while the table has due
// ones for which there is no room. wakePause keeps the refiller from being busy with one that Claim does not hand
// out.
func (in *Intake) untilWake() time.Duration {
	if err := in.wakeTime.ask(in.Table); err != nil {
		in.Log.Warn("cannot read when the next execution is due; trying again", "error", err)
		return in.wakeTime.until(in.Clock.Now(), claimPause)
	}
	return max(in.wakeTime.until(in.Clock.Now(), lookEvery), wakePause)
}

// reconcile is a safety net under the signals, which other processes do not give. It has the table be asked again
// for the next waiting execution. Of those that do not wait it compares numbers, which change meanwhile; a wrong guess
// costs one look into the table.
func (in *Intake) reconcile() {
	in.wakeTime.askAgain()
	s := in.Stats()
	if in.Table.Backlog() > s.Held+s.Parked+int64(s.Running) {
		in.unclaimed.announce()
	}
}

// room returns how many places of the hand-off are free; none when there are too many bytes in memory.
func (in *Intake) room() int {
	if in.load.Load() >= in.Limits.HandOffBytes {
		return 0
	}
	return in.Limits.HandOff - int(in.held.Load())
}

// claim claims executions while there is room. It reports whether it had to stop for lack of room.
func (in *Intake) claim() bool {
	for in.unclaimed.any() && !in.isStopping() {
		room := in.room()
		if room < max(1, min(claimBatch, in.Limits.HandOff/2)) {
			return true
		}
		count := in.unclaimed.count()
		claimed, err := in.Table.Claim(flow.Incarnation(in.owner.Load()), in.Clock.Now(), min(room, claimBatch), false)
		if err != nil {
			in.Log.Warn("cannot read the queue; trying again", "error", err)
			in.pause()
			continue
		}
		if len(claimed) == 0 {
			in.unclaimed.none(count)
		}
		for _, c := range claimed {
			in.admit(c)
		}
	}
	return false
}

// admit queues what the table handed out.
func (in *Intake) admit(c store.Claimed) {
	if c.Execution.Status.Final() {
		in.Failed(c.Execution, len(c.Steps)) // it could not be handed out whole
		return
	}
	j := &job{Job: run.FromTable(c), placed: true}
	in.held.Add(1)
	in.weigh(j, j.BodyBytes())
	in.track(j)
	in.queue.put(j)
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
			"execution", text(j), "resumes", j.Execution.Resumes)
		select {
		case in.slots <- struct{}{}:
			in.handle(j)
		case <-in.stopping:
			return
		}
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

// text prints an execution's id for the log.
func text(j *job) string { return j.Execution.ID.Text(ident.Execution) }
