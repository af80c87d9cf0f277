package intake

import (
	"context"

	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// Reserve takes a place in the hand-off for an execution whose call has a body of size bytes. False: there is
// none, and the execution has to wait in the table. A place is used by Put or given back by Unreserve.
func (in *Intake) Reserve(size int64) (flow.Incarnation, bool) {
	owner := flow.Incarnation(in.owner.Load())
	// Once the table has older executions that nobody claimed, new ones queue up behind them: oldest first.
	if owner == 0 || in.isStopping() || in.unclaimed.any() {
		return 0, false
	}
	held, load := in.held.Add(1), in.load.Add(size)
	if held > int64(in.Limits.HandOff) || load > in.Limits.HandOffBytes {
		in.Unreserve(size)
		in.Refill()
		return 0, false
	}
	return owner, true
}

// Unreserve gives a reserved place back.
func (in *Intake) Unreserve(size int64) {
	in.held.Add(-1)
	in.load.Add(-size)
}

// Put queues an execution that was accepted under a reserved place. The call's RawBody has the size that was
// reserved.
func (in *Intake) Put(x flow.Execution, call hook.Context) {
	j := &job{Job: &run.Job{Execution: x, Call: &call}, placed: true, weight: int64(len(call.RawBody))}
	in.track(j)
	in.queue.put(j)
}

// AcquireSlot takes a running slot for an execution whose caller waits. It fails with fault.Unavailable when ctx
// ends or the engine stops first. A slot is used by RunNow or given back by ReleaseSlot.
func (in *Intake) AcquireSlot(ctx context.Context) (flow.Incarnation, error) {
	const op = "engine.AcquireSlot"
	owner := flow.Incarnation(in.owner.Load())
	if owner == 0 || in.isStopping() {
		return 0, fault.New(op, fault.Unavailable, "the server is starting or shutting down")
	}
	select {
	case in.slots <- struct{}{}:
		return owner, nil
	case <-in.stopping:
		return 0, fault.New(op, fault.Unavailable, "the server is shutting down")
	case <-ctx.Done():
		return 0, fault.New(op, fault.Unavailable, "no slot was free in time")
	}
}

// ReleaseSlot gives a slot back.
func (in *Intake) ReleaseSlot() { <-in.slots }

// RunNow runs an execution at once, in the slot that was acquired for it. When Stop waits for nothing new any more it
// does not begin: the table keeps the execution for the next incarnation.
func (in *Intake) RunNow(x flow.Execution, call hook.Context) {
	j := &job{Job: &run.Job{Execution: x, Call: &call}}
	in.weigh(j, int64(len(call.RawBody)))
	in.track(j)
	if !in.beginNow(j) {
		in.untrack(j, false)
		in.giveBack(j)
		in.ReleaseSlot()
	}
}

// beginNow runs a job that has its slot. An idle worker does it if there is one: its stack has grown already.
func (in *Intake) beginNow(j *job) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.halted {
		return false
	}
	if !in.queue.giveNow(j) {
		in.working.Go(func() { in.handle(j) })
	}
	return true
}

// weigh notes how many bytes a job keeps in memory.
func (in *Intake) weigh(j *job, size int64) {
	j.weight = size
	in.load.Add(size)
}

// giveBack ends a job's place in the hand-off, if it has one, and what it weighs, and wakes the refiller
// when there is room again.
func (in *Intake) giveBack(j *job) {
	load := in.load.Add(-j.weight)
	j.weight = 0
	if j.placed {
		j.placed = false
		in.held.Add(-1)
	}
	if in.unclaimed.any() && in.held.Load() < int64(max(1, in.Limits.HandOff/2)) && load < in.Limits.HandOffBytes {
		in.wake()
	}
}
