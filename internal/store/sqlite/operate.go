package sqlite

import (
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// operate does the operations and writes the steps with what came of them. It reports whether all
// succeeded and are finished.
func (m *commitment) operate(w *writer, held *claim) (whole bool, err error) {
	fresh, err := w.fresh(held, m.c.Steps)
	if err != nil {
		return false, err
	}
	if fresh && len(m.c.Ops) == 0 && plain(m.c.Op) {
		return m.create(w, held)
	}
	steps := slices.Clone(m.c.Steps)
	for i := range m.others {
		n := place(steps, m.c.Ops[i].N)
		if err := m.do(w, held, m.others[i], &steps[n]); err != nil {
			return false, err
		}
		m.out.Ops = append(m.out.Ops, m.others[i].out)
	}
	if m.c.Op != nil {
		if err := m.do(w, held, &m.op, &steps[len(steps)-1]); err != nil {
			return false, err
		}
		m.out.Op = m.op.out
	}
	whole = true
	for _, o := range m.all() {
		whole = whole && o.out.Violation == nil && o.out.Next == nil
	}
	return whole, w.putSteps(held, steps, append(appendSteps(nil, steps, false), stepsEnd...))
}

// create is operate for the commit that most are: its steps are new, and encoded but for the record.
func (m *commitment) create(w *writer, held *claim) (whole bool, err error) {
	if err := m.op.run(w); err != nil {
		return false, err
	}
	m.out.Op = m.op.out
	if m.out.Op.Violation == nil {
		rows := m.out.Op.Record.Append(append(m.rows, `,"result":`...))
		return true, w.putSteps(held, m.c.Steps, append(rows, stepsEnd...))
	}
	steps := slices.Clone(m.c.Steps)
	conclude(&steps[len(steps)-1], &m.out.Op)
	return false, w.putSteps(held, steps, append(appendSteps(nil, steps, false), stepsEnd...))
}

// do does one operation, unless an earlier try of the same commit did, and puts into its step what came
// of it.
func (m *commitment) do(w *writer, held *claim, o *operation, step *flow.Step) error {
	there, err := w.stepOf(held, m.c.Execution, step.N)
	if err != nil {
		return err
	}
	if there == nil || !o.earlier(there, step) {
		if err := o.run(w); err != nil {
			return err
		}
	}
	conclude(step, &o.out)
	return nil
}

// earlier takes the outcome from the journal, when an earlier try of the same commit is there.
func (o *operation) earlier(there, step *flow.Step) bool {
	if there.Attempt != step.Attempt || there.Round != step.Round {
		return false
	}
	switch {
	case there.Status == flow.Succeeded:
		o.out = collection.Outcome{Record: there.Result}
		return true
	case there.Status == flow.Failed && there.Error != nil:
		o.out = collection.Outcome{Violation: &collection.Violation{Code: there.Error.Code, Message: there.Error.Message}}
		return true
	}
	p := collection.ProgressOf(there.Result)
	if there.Status == flow.Running && p.Most > 0 && (p.After > o.op.From.After || p.Count > o.op.From.Count) {
		o.out = collection.Outcome{Next: &p}
		return true
	}
	return false
}

// conclude puts the outcome of an operation into its step.
func conclude(step *flow.Step, out *collection.Outcome) {
	switch {
	case out.Violation != nil: // the rule that it breaks fails the step
		step.Status, step.Ends, step.Result = flow.Failed, "", value.Value{}
		step.Error = &flow.Error{Code: out.Violation.Code, Message: out.Violation.Message, Node: step.Node}
	case out.Next != nil:
		step.Status, step.Ends, step.Result = flow.Running, "", out.Next.Value()
	default:
		step.Result = out.Record
	}
}

func bindCell(s *conn.Stmt, i int, c *collection.Cell) {
	switch c.Kind {
	case collection.CellInt:
		s.Int(i, c.Int)
	case collection.CellFloat:
		s.Float(i, c.Float)
	case collection.CellText:
		s.Text(i, c.Text)
	default:
		s.Null(i)
	}
}
