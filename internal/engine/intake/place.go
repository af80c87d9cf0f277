package intake

import (
	"context"

	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// Reserve takes a place in the hand-off for an execution of a workflow whose call has a body of size bytes. False:
// there is none that the workflow may have, and the execution has to wait in the table. A place is used by Put or given
// back by Unreserve.
func (in *Intake) Reserve(workflow string, size int64) (flow.Incarnation, bool) {
	owner := flow.Incarnation(in.owner.Load())
	// Once the table has older executions of the workflow that nobody claimed, new ones queue up behind them: oldest
	// first.
	if owner == 0 || in.isStopping() || in.unclaimed.of(workflow) {
		return 0, false
	}
	if !in.places.reserve(workflow, size) {
		in.Refill(workflow)
		return 0, false
	}
	return owner, true
}

// Unreserve gives a reserved place back.
func (in *Intake) Unreserve(workflow string, size int64) { in.places.give(workflow, true, size) }

// Put queues an execution that was accepted under a reserved place. The call's RawBody has the size that was
// reserved.
func (in *Intake) Put(x flow.Execution, call hook.Context) {
	j := &job{Job: &run.Job{Execution: x, Call: &call}, placed: true, weight: int64(len(call.RawBody))}
	in.track(j)
	in.enqueue(j)
}

// AcquireSlot takes a running slot for an execution of a workflow whose caller waits. It fails with fault.Unavailable
// when ctx ends or the engine stops first. A slot is used by RunNow or given back by ReleaseSlot.
func (in *Intake) AcquireSlot(ctx context.Context, workflow string) (flow.Incarnation, error) {
	const op = "engine.AcquireSlot"
	owner := flow.Incarnation(in.owner.Load())
	if owner == 0 || in.isStopping() {
		return 0, fault.New(op, fault.Unavailable, "the server is starting or shutting down")
	}
	if in.slots.Try(workflow) {
		return owner, nil
	}
	var err error
	j := &job{ready: make(chan struct{})}
	in.slots.Put(workflow, j)
	select {
	case <-j.ready:
		return owner, nil
	case <-in.stopping:
		err = fault.New(op, fault.Unavailable, "the server is shutting down")
	case <-ctx.Done():
		err = fault.New(op, fault.Unavailable, "no slot was free in time")
	}
	if !in.slots.Remove(workflow, j) {
		in.slots.Done(workflow) // it came at the same time
	}
	return 0, err
}

// ReleaseSlot gives a slot of a workflow back.
func (in *Intake) ReleaseSlot(workflow string) { in.slots.Done(workflow) }

// RunNow runs an execution at once, in the slot that was acquired for it. After Halt it does not begin: the table keeps
// the execution for the next incarnation.
func (in *Intake) RunNow(x flow.Execution, call hook.Context) {
	j := &job{Job: &run.Job{Execution: x, Call: &call}}
	in.weigh(j, int64(len(call.RawBody)))
	in.track(j)
	if !in.workers.begin(j, in.work) {
		in.untrack(j, false)
		in.giveBack(j)
		in.ReleaseSlot(x.Workflow)
	}
}

// weigh notes how many bytes a job keeps in memory.
func (in *Intake) weigh(j *job, size int64) {
	j.weight = size
	in.places.take(j.Execution.Workflow, false, size)
}

// giveBack ends a job's place in the hand-off, if it has one, and what it weighs, and wakes the refiller when the
// workflow has room again for executions that wait in the table.
func (in *Intake) giveBack(j *job) {
	workflow := j.Execution.Workflow
	room, free := in.places.give(workflow, j.placed, j.weight)
	j.placed, j.weight = false, 0
	if batch := in.batch(); room >= batch && free >= batch && in.unclaimed.of(workflow) {
		in.wake()
	}
}

// batch is how many places are worth a look into the table.
func (in *Intake) batch() int64 { return int64(max(1, min(claimBatch, in.Limits.HandOff/8))) }
