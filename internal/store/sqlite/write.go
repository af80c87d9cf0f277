package sqlite

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/recordplan"
)

// writing is a Write in the writer's queue.
type writing struct {
	waiter
	op operation
}

// Write applies an operation that belongs to no execution, in as many writes as necessary. op.From must be zero.
func (s *Store) Write(op collection.Op) (collection.Outcome, error) {
	const name = "sqlite.Write"
	if err := recordplan.CheckOp(name, &op); err != nil {
		return collection.Outcome{}, err
	}
	if op.From != (collection.Progress{}) {
		return collection.Outcome{}, fault.New(name, fault.Invalid, "a write begins at the beginning")
	}
	if op.Kind == collection.Create {
		if err := s.reserve.check(); err != nil {
			return collection.Outcome{}, err
		}
	}
	for {
		m := &writing{waiter: newWaiter(), op: operation{Prepared: recordplan.Prepared{Op: &op, Now: s.opts.Clock.Now()}}}
		m.op.prepare(s.catalog.Load())
		if err := s.findTargets(&m.op); err != nil {
			return collection.Outcome{}, err
		}
		to := &s.queues.commits
		if m.op.weight() > light {
			to = &s.queues.bulk
		}
		if err := s.queues.enter(to, m); err != nil {
			return collection.Outcome{}, err
		}
		if err := m.wait(); err != nil {
			return collection.Outcome{}, err
		}
		if m.op.Outcome.Next == nil {
			return m.op.Outcome, nil
		}
		op.From = *m.op.Outcome.Next
	}
}

func (m *writing) apply(w *writer) error { return m.op.run(w) }

// size counts the values.
func (m *writing) size() int { return len(m.op.Op.Values.Text()) }
