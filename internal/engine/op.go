package engine

import (
	"cmp"
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/store"
)

// wish is an Op that a node asked for, until it is committed with its step.
type wish struct {
	c   advance.Command
	o   advance.Outcome
	op  *collection.Op
	row flow.Step
}

// mostWished is how many bytes of values the Ops of one commit have, unless one alone has more.
const mostWished = 1 << 20

// wishFor takes an Op: it is committed at once when nothing runs beside it, else with what else is ready
// by then.
func (r *run) wishFor(c advance.Command, o advance.Outcome, op *collection.Op) {
	if !c.Progress.IsMissing() && op.Kind != collection.Create {
		rest := *op
		rest.From = collection.ProgressOf(c.Progress)
		op = &rest
	}
	w := wish{c: c, o: o, op: op}
	if r.state.Single() {
		r.act(w)
		return
	}
	size := len(op.Values.Text())
	if !r.beside.room(op, size) {
		r.grant()
	}
	if r.over || !r.state.Live(c.Place) {
		return
	}
	r.state.Take(c)
	r.beside.wishes = append(r.beside.wishes, w)
	r.beside.wished += size
}

// room reports whether one more Op may go into the next commit: filtered ones touch many records, so that
// each goes alone.
func (b *beside) room(op *collection.Op, size int) bool {
	if len(b.wishes) == 0 {
		return true
	}
	return len(b.wishes) < store.MaxOps && b.wished+size <= mostWished &&
		op.Kind == collection.Create && b.wishes[0].op.Kind == collection.Create
}

// act commits a step that returned an Op, together with everything pending. When the step is the
// last of the flow, the end rides along, so a short workflow costs one commit.
func (r *run) act(w wish) {
	w.row = r.state.Settle(w.c, w.o, r.engine.clock.Now())
	w.row.Execution = r.job.execution.ID
	state, last := r.running(), r.compiled.Program.Last(w.c.Index)
	if last {
		state = r.final(flow.Succeeded, "")
	}
	r.keep(w.row)
	done, ok := r.commit(store.Commit{State: state, Op: w.op, Broken: r.running()})
	if ok && r.fulfilled(w, done.Op) && last {
		r.ended(state)
		r.over = true // the claim ended with the execution
	}
}

// grant commits the Ops of all strands that have one ready, together with everything pending.
func (r *run) grant() {
	b, now, fresh := &r.beside, r.engine.clock.Now(), 0
	wishes := b.wishes
	b.wishes, b.wished = nil, 0
	for i := range wishes {
		w := &wishes[i]
		if w.row = r.state.Settle(w.c, w.o, now); w.row.N > r.state.Rows() {
			w.row.N += fresh
			fresh++
		}
		w.row.Execution = r.job.execution.ID
	}
	slices.SortFunc(wishes, func(a, b wish) int { return cmp.Compare(a.row.N, b.row.N) })
	outcomes, ok := r.write(wishes)
	if !ok {
		return
	}
	for i, w := range wishes {
		r.state.Release(w.c)
		r.fulfilled(w, outcomes[i])
	}
	clear(wishes)
	b.wishes = wishes[:0]
}

// write commits the Ops of steps, which are in the order of N. For one alone stores have a shorter way.
func (r *run) write(wishes []wish) ([]collection.Outcome, bool) {
	for _, w := range wishes {
		r.keep(w.row)
	}
	c := store.Commit{State: r.running(), Broken: r.running()}
	if len(wishes) == 1 && wishes[0].row.N == r.pending[len(r.pending)-1].N {
		c.Op = wishes[0].op
		done, ok := r.commit(c)
		return []collection.Outcome{done.Op}, ok
	}
	for _, w := range wishes {
		c.Ops = append(c.Ops, store.StepOp{N: w.row.N, Op: *w.op})
	}
	done, ok := r.commit(c)
	return done.Ops, ok
}

// fulfilled applies what became of an Op that is committed. It reports whether it is done and well.
func (r *run) fulfilled(w wish, out collection.Outcome) bool {
	switch {
	case out.Violation != nil:
		// The table has the row as failed; it is written again, as what the node's onError makes of it.
		w.o.Error = &flow.Error{Code: out.Violation.Code, Message: out.Violation.Message}
		w.o.Final, w.o.Value = true, out.Record
		r.settle(w.c, w.o, w.row.FinishedAt)
		return false
	case out.Next != nil:
		w.row.Status, w.row.Result, w.row.FinishedAt = flow.Running, out.Next.Value(), time.Time{}
		r.apply(w.row, false)
		return false
	default:
		w.row.Result = out.Record
		r.apply(w.row, false)
		return true
	}
}
