package dryrun

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
)

// journal is the journal of one execution, in memory. Only the goroutine that drives the run uses it.
type journal struct {
	ctx     context.Context
	records *records
	clock   *skipping
	stop    func(error) // ends the run, because it cannot go on

	execution flow.Execution
	steps     []flow.Step   // sorted by N
	child     *store.Accept // what the end starts
}

// Commit implements run.Journal. It follows the rules of store.Journal for a claim that is never lost.
func (j *journal) Commit(c store.Commit) (store.Committed, error) {
	var out store.Committed
	if err := journalplan.CheckCommit(&c); err != nil {
		return out, err
	}
	steps, state := slices.Clone(c.Steps), &c.State
	if len(c.Ops) > 0 {
		var err error
		if out.Ops, err = j.apply(&c); err != nil {
			j.stop(err)
			return store.Committed{}, err
		}
		for i := range out.Ops {
			o := &out.Ops[i]
			journalplan.ApplyOutcome(&steps[journalplan.StepIndex(steps, c.Ops[i].N)], o)
			if o.Violation != nil || o.Next != nil {
				state = &c.Broken
			}
		}
	}
	for _, s := range steps {
		j.put(s)
	}
	j.set(state)
	if c.Child != nil && state == &c.State {
		j.child = c.Child
	}
	return out, nil
}

// apply applies the operations of a commit.
func (j *journal) apply(c *store.Commit) ([]collection.Outcome, error) {
	ops := make([]store.RehearsedOp, len(c.Ops))
	for i, o := range c.Ops {
		at := c.Steps[journalplan.StepIndex(c.Steps, o.N)].FinishedAt
		if at.IsZero() {
			at = j.clock.Now()
		}
		ops[i] = store.RehearsedOp{Op: o.Op, At: at}
	}
	return j.records.apply(j.ctx, ops)
}

// put adds a row, or replaces the one with its number.
func (j *journal) put(s flow.Step) {
	i, found := slices.BinarySearchFunc(j.steps, s.N, func(have flow.Step, n int) int { return have.N - n })
	if found {
		j.steps[i] = s
	} else {
		j.steps = slices.Insert(j.steps, i, s)
	}
}

// set sets the state of the execution.
func (j *journal) set(s *store.State) {
	x := &j.execution
	x.Status, x.Reason, x.WakeAt = s.Status, s.Reason, s.WakeAt
	x.StartedAt, x.FinishedAt, x.Error = s.StartedAt, s.FinishedAt, s.Error
	if !s.Output.IsMissing() {
		x.Output = s.Output
	}
	if s.Reply != nil {
		x.Reply = s.Reply
	}
}

// Load implements run.Journal.
func (j *journal) Load(context.Context, ident.ID) (store.Loaded, error) {
	return store.Loaded{Execution: j.execution, Steps: j.steps}, nil
}
