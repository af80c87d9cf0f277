package run

import (
	"cmp"
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/store"
)

// pendingOp is an Op that a node asked for, until it is committed with its step.
type pendingOp struct {
	c   advance.Command
	o   advance.Outcome
	op  *collection.Op
	row flow.Step
}

// maxOpBytes is how many bytes of values the Ops of one commit have, unless one alone has more.
const maxOpBytes = 1 << 20

// addOp takes an Op. It is committed at once when nothing runs in parallel, else with the next commit.
func (r *Run) addOp(c advance.Command, o advance.Outcome, op *collection.Op) {
	if !c.Progress.IsMissing() && op.Kind != collection.Create {
		rest := *op
		rest.From = collection.ProgressOf(c.Progress)
		op = &rest
	}
	p := pendingOp{c: c, o: o, op: op}
	if r.state.Single() {
		r.commitOp(p)
		return
	}
	size := len(op.Values.Text())
	if !r.parallel.hasRoom(op, size) {
		r.commitOps()
	}
	if r.over || !r.state.Live(c.Place) {
		return
	}
	r.state.Take(c)
	r.parallel.ops = append(r.parallel.ops, p)
	r.parallel.opBytes += size
}

// hasRoom reports whether one more Op may go into the next commit: filtered ones touch many records, so that
// each goes alone.
func (p *parallel) hasRoom(op *collection.Op, size int) bool {
	if len(p.ops) == 0 {
		return true
	}
	return len(p.ops) < store.MaxOps && p.opBytes+size <= maxOpBytes &&
		op.Kind == collection.Create && p.ops[0].op.Kind == collection.Create
}

// commitOp commits a step that returned an Op, together with everything pending. When the step is the
// last of the flow, the end rides along, so a short workflow costs one commit.
func (r *Run) commitOp(p pendingOp) {
	p.row = r.state.Settle(p.c, p.o, r.runner.Clock.Now())
	p.row.Execution = r.job.Execution.ID
	state, last := r.running(), r.compiled.Program.Last(p.c.Index)
	if last {
		state = r.final(flow.Succeeded, "")
	}
	outcomes, ok := r.writeOps([]pendingOp{p}, state)
	if ok && r.applyOutcome(p, outcomes[0]) && last {
		r.ended(state)
		r.over = true // the claim ended with the execution
	}
}

// commitOps commits the Ops of all cursors that have one ready, together with everything pending.
func (r *Run) commitOps() {
	p, now, fresh := &r.parallel, r.runner.Clock.Now(), 0
	ops := p.ops
	p.ops, p.opBytes = nil, 0
	for i := range ops {
		op := &ops[i]
		if op.row = r.state.Settle(op.c, op.o, now); op.row.N > r.state.Rows() {
			op.row.N += fresh
			fresh++
		}
		op.row.Execution = r.job.Execution.ID
	}
	slices.SortFunc(ops, func(a, b pendingOp) int { return cmp.Compare(a.row.N, b.row.N) })
	outcomes, ok := r.writeOps(ops, r.running())
	if !ok {
		return
	}
	for i, op := range ops {
		r.state.Release(op.c)
		r.applyOutcome(op, outcomes[i])
	}
	clear(ops)
	p.ops = ops[:0]
}

// writeOps commits the Ops of steps, which are in the order of N, and the state for when all of them succeed.
func (r *Run) writeOps(ops []pendingOp, state store.State) ([]collection.Outcome, bool) {
	c := store.Commit{State: state, Broken: r.running(), Ops: make([]store.StepOp, 0, len(ops))}
	for _, op := range ops {
		r.addPending(op.row)
		c.Ops = append(c.Ops, store.StepOp{N: op.row.N, Op: *op.op})
	}
	done, ok := r.commit(c)
	return done.Ops, ok
}

// applyOutcome applies what became of an Op that is committed. It reports whether it is done and has succeeded.
func (r *Run) applyOutcome(p pendingOp, out collection.Outcome) bool {
	switch {
	case out.Violation != nil:
		// The table has the row as failed; it is written again, as what the node's onError makes of it.
		p.o.Error = &flow.Error{Code: out.Violation.Code, Message: out.Violation.Message}
		p.o.Final, p.o.Value = true, out.Record
		r.settle(p.c, p.o, p.row.FinishedAt)
		return false
	case out.Next != nil:
		p.row.Status, p.row.Result, p.row.FinishedAt = flow.Running, out.Next.Value(), time.Time{}
		r.apply(p.row, false)
		return false
	default:
		p.row.Result = out.Record
		r.apply(p.row, false)
		return true
	}
}
