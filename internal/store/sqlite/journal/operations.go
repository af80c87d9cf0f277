package journal

import (
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// runOps runs the operations and writes the steps with their outcomes. It reports whether all operations
// succeeded and are finished.
func (m *commitWrite) runOps(tx *writer.Tx, held *claim) (whole bool, err error) {
	if m.singleCreate && held.fresh(m.c.Steps) {
		return m.runSingleCreate(tx, held)
	}
	whole = true
	steps := slices.Clone(m.c.Steps)
	for i := range m.ops {
		o := &m.ops[i]
		if err := o.Run(tx); err != nil {
			return false, err
		}
		journalplan.ApplyOutcome(&steps[journalplan.StepIndex(steps, m.c.Ops[i].N)], &o.Outcome)
		m.out.Ops = append(m.out.Ops, o.Outcome)
		whole = whole && o.Outcome.Violation == nil && o.Outcome.Next == nil
	}
	return whole, m.j.putSteps(tx, held, steps, rowcodec.EncodeSteps(steps))
}

// runSingleCreate is runOps for a commit with a single create whose steps are new, the most frequent case. The rows are already encoded
// except for the record.
func (m *commitWrite) runSingleCreate(tx *writer.Tx, held *claim) (whole bool, err error) {
	o := &m.ops[0]
	if err := o.Run(tx); err != nil {
		return false, err
	}
	m.out.Ops = []collection.Outcome{o.Outcome}
	if o.Outcome.Violation == nil {
		rows := o.Outcome.Record.Append(append(m.rows, `,"result":`...))
		return true, m.j.putSteps(tx, held, m.c.Steps, append(rows, rowcodec.StepsEnd...))
	}
	steps := slices.Clone(m.c.Steps)
	journalplan.ApplyOutcome(&steps[len(steps)-1], &o.Outcome)
	return false, m.j.putSteps(tx, held, steps, rowcodec.EncodeSteps(steps))
}

// recall returns the outcome of a Commit that was written before. The outcomes of its operations are read from
// their steps.
func (m *commitWrite) recall(tx *writer.Tx, held *claim) error {
	m.out.CancelRequested = held.cancel
	for i := range m.c.Ops {
		step, err := stepOf(tx, held, m.c.Execution, m.c.Ops[i].N)
		if err != nil {
			return err
		}
		if step == nil {
			return fault.New("sqlite.Commit", fault.Internal, "the journal lacks step %d of a commit that is there", m.c.Ops[i].N)
		}
		m.out.Ops = append(m.out.Ops, journalplan.OutcomeOf(step))
	}
	return nil
}
