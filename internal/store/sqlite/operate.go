package sqlite

import (
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/value"
)

// operate runs the operations and writes the steps with their outcomes. It reports whether all operations
// succeeded and are finished.
func (m *commitWrite) operate(w *writer, held *claim) (whole bool, err error) {
	if m.plain && held.fresh(m.c.Steps) {
		return m.create(w, held)
	}
	whole = true
	steps := slices.Clone(m.c.Steps)
	for i := range m.ops {
		o := &m.ops[i]
		if err := o.run(w); err != nil {
			return false, err
		}
		conclude(&steps[place(steps, m.c.Ops[i].N)], &o.out)
		m.out.Ops = append(m.out.Ops, o.out)
		whole = whole && o.out.Violation == nil && o.out.Next == nil
	}
	return whole, w.putSteps(held, steps, rowcodec.EncodeSteps(steps))
}

// create is operate for a plain commit whose steps are new, the most frequent case. The rows are already encoded
// except for the record.
func (m *commitWrite) create(w *writer, held *claim) (whole bool, err error) {
	o := &m.ops[0]
	if err := o.run(w); err != nil {
		return false, err
	}
	m.out.Ops = []collection.Outcome{o.out}
	if o.out.Violation == nil {
		rows := o.out.Record.Append(append(m.rows, `,"result":`...))
		return true, w.putSteps(held, m.c.Steps, append(rows, rowcodec.StepsEnd...))
	}
	steps := slices.Clone(m.c.Steps)
	conclude(&steps[len(steps)-1], &o.out)
	return false, w.putSteps(held, steps, rowcodec.EncodeSteps(steps))
}

// recall returns the outcome of a Commit that was written before. The outcomes of its operations are read from
// their steps.
func (m *commitWrite) recall(w *writer, held *claim) error {
	m.out.CancelRequested = held.cancel
	for i := range m.c.Ops {
		step, err := w.stepOf(held, m.c.Execution, m.c.Ops[i].N)
		if err != nil {
			return err
		}
		if step == nil {
			return fault.New("sqlite.Commit", fault.Internal, "the journal lacks step %d of a commit that is there", m.c.Ops[i].N)
		}
		m.out.Ops = append(m.out.Ops, outcomeOf(step))
	}
	return nil
}

// outcomeOf returns the outcome that conclude has put into a step.
func outcomeOf(step *flow.Step) collection.Outcome {
	switch {
	case step.Status == flow.Failed && step.Error != nil:
		return collection.Outcome{Violation: &collection.Violation{Code: step.Error.Code, Message: step.Error.Message}}
	case step.Status == flow.Running:
		next := collection.ProgressOf(step.Result)
		return collection.Outcome{Next: &next}
	default:
		return collection.Outcome{Record: step.Result}
	}
}

// conclude puts the outcome of an operation into its step.
func conclude(step *flow.Step, out *collection.Outcome) {
	switch {
	case out.Violation != nil: // the broken rule fails the step
		step.Status, step.Ends, step.Result = flow.Failed, "", value.Value{}
		step.Error = &flow.Error{Code: out.Violation.Code, Message: out.Violation.Message, Node: step.Node}
	case out.Next != nil:
		step.Status, step.Ends, step.Result = flow.Running, "", out.Next.Value()
	default:
		step.Result = out.Record
	}
}
