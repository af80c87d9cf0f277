package records

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// write is a Write in the writer's queue.
type write struct {
	writer.Waiter
	Operation
}

// Apply runs the operation.
func (m *write) Apply(tx *writer.Tx) error { return m.Run(tx) }

// Size counts the values.
func (m *write) Size() int { return len(m.Op.Values.Text()) }

// Write applies an operation that belongs to no execution, in as many writes as necessary. op.From must be zero.
func (r *Records) Write(op collection.Op) (collection.Outcome, error) {
	const name = "sqlite.Write"
	if err := recordplan.CheckOp(name, &op); err != nil {
		return collection.Outcome{}, err
	}
	if op.From != (collection.Progress{}) {
		return collection.Outcome{}, fault.New(name, fault.Invalid, "a write begins at the beginning")
	}
	if op.Kind == collection.Create {
		if err := r.Reserve.Check(); err != nil {
			return collection.Outcome{}, err
		}
	}
	for {
		m := &write{Operation: r.Prepare(&op, r.Clock.Now())}
		if err := m.FindTargets(); err != nil {
			return collection.Outcome{}, err
		}
		if err := r.Writer.Do(Queue(m.Weight()), m); err != nil {
			return collection.Outcome{}, err
		}
		if m.Outcome.Next == nil {
			return m.Outcome, nil
		}
		op.From = *m.Outcome.Next
	}
}
