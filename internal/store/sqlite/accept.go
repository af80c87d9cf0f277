package sqlite

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// acceptWrite is a store.Accept in the writer's queue.
type acceptWrite struct {
	waiter
	a   store.Accept
	row rowcodec.Delivery
	out store.Accepted
}

// Accept writes a delivery and its execution, or only the delivery if another execution owns its dedupe key. It
// is idempotent: with the same ids it writes nothing twice and returns the same outcome.
func (s *Store) Accept(a store.Accept) (store.Accepted, error) {
	if err := journalplan.CheckAccept(&a); err != nil {
		return store.Accepted{}, err
	}
	if err := s.reserve.check(); err != nil {
		return store.Accepted{}, err
	}
	m := s.acceptances.Get().(*acceptWrite)
	m.a = a
	err := m.row.Encode("sqlite.Accept", &m.a.Delivery)
	if err == nil {
		err = s.queues.enter(&s.queues.accepts, m)
	}
	if err == nil {
		err = m.wait()
	}
	out := m.out
	*m = acceptWrite{waiter: m.waiter}
	s.acceptances.Put(m)
	if err != nil {
		return store.Accepted{}, err
	}
	return out, nil
}

// size counts the body and the metadata; everything else is small.
func (m *acceptWrite) size() int {
	if m.a.Delivery.Request.Stored != "" {
		return len(m.a.Delivery.Request.Opened) + len(m.row.Metadata)
	}
	return m.a.Delivery.Request.Bytes() + len(m.row.Metadata)
}

func (m *acceptWrite) apply(w *writer) error {
	m.out = store.Accepted{}
	e, key := &m.a.Execution, m.a.Dedupe
	if key != nil {
		owner, taken, err := w.findKey(e.Workflow, key, e.CreatedAt)
		if err != nil {
			return err
		}
		if taken && owner.execution != e.ID { // otherwise an earlier attempt of this call claimed the key
			return m.repeat(w, &owner)
		}
	}
	err := w.putDelivery(&m.a.Delivery, &m.row)
	if conn.Code(err) == conn.Constraint {
		return m.again(w)
	}
	if err != nil {
		return err
	}
	if err := w.putExecution(e); err != nil {
		return err
	}
	if key != nil {
		return w.claimKey(e.Workflow, key, e.ID)
	}
	return nil
}

// putExecution writes a new execution and updates claims and backlog.
func (w *writer) putExecution(e *flow.Execution) error {
	s := w.insertExecution
	s.Int(1, int64(e.ID))
	s.Text(2, e.Workflow)
	s.Text(3, e.Revision)
	s.Int(4, int64(e.Delivery))
	s.Text(5, string(e.Mode))
	s.Text(6, string(e.Status))
	s.Int(7, int64(e.Owner))
	s.Time(8, e.CreatedAt)
	if err := w.run(s); err != nil {
		if conn.Code(err) == conn.Constraint {
			return fault.As("sqlite.Accept", fault.Conflict, err, "an execution with this id exists")
		}
		return err
	}
	w.backlog++
	if e.Owner != 0 {
		if err := w.cover(e.ID); err != nil {
			return err
		}
		w.setClaim(e.ID, claim{owner: int64(e.Owner), counted: true, journal: 1})
	}
	return nil
}
