package sqlite

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// acceptance is a store.Accept on its way.
type acceptance struct {
	ticket
	a       store.Accept
	request string // encoded
}

// Accept writes a delivery and its execution. Repeating it with the same ids writes nothing twice.
func (s *Store) Accept(a store.Accept) (store.Accepted, error) {
	const op = "sqlite.Accept"
	e, d := &a.Execution, &a.Delivery
	if e.ID == 0 || d.ID == 0 || e.Delivery != d.ID || d.Execution != e.ID || e.Status != flow.Queued {
		return store.Accepted{}, fault.New(op, fault.Invalid, "an accepted delivery and its queued execution must have ids and name each other")
	}
	if err := s.reserve.check(); err != nil {
		return store.Accepted{}, err
	}
	m := s.acceptances.Get().(*acceptance)
	m.a, m.request = a, encodeRequest(&d.Request)
	err := s.lanes.enter(&s.lanes.accepts, m)
	if err == nil {
		err = m.wait()
	}
	m.a, m.request = store.Accept{}, ""
	s.acceptances.Put(m)
	return store.Accepted{}, err
}

// size is the body's, as all else is small.
func (m *acceptance) size() int { return len(m.a.Delivery.Request.Body) }

// apply writes both rows.
func (m *acceptance) apply(w *writer) error {
	e := &m.a.Execution
	bindDelivery(w.insertDelivery, &m.a.Delivery, m.request)
	err := w.run(w.insertDelivery)
	if code(err) == conn.Constraint {
		return m.again(w)
	}
	if err != nil {
		return err
	}
	s := w.insertExecution
	s.Int(1, int64(e.ID))
	s.Text(2, e.Workflow)
	s.Text(3, e.Revision)
	s.Int(4, int64(e.Delivery))
	s.Text(5, string(e.Mode))
	s.Text(6, string(e.Status))
	s.Int(7, int64(e.Owner))
	bindTime(s, 8, e.CreatedAt)
	if err := w.run(s); err != nil {
		if code(err) == conn.Constraint {
			return fault.As("sqlite.Accept", fault.Conflict, err, "an execution with this id exists")
		}
		return err
	}
	w.backlog++
	if e.Owner != 0 {
		if err := w.cover(e.ID); err != nil {
			return err
		}
		w.setClaim(e.ID, claim{owner: int64(e.Owner), counted: true})
	}
	return nil
}

// again finds out whether this very call is stored already: the first try may have reached the disk
// although its commit reported an error.
func (m *acceptance) again(w *writer) error {
	same := false
	err := w.query(`SELECT delivery FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		same = ident.ID(s.ColumnInt(0)) == m.a.Delivery.ID
	}, m.a.Execution.ID)
	if err == nil && !same {
		return fault.New("sqlite.Accept", fault.Conflict, "a delivery with this id exists")
	}
	return err
}

func bindDelivery(s *conn.Stmt, d *hook.Delivery, request string) {
	s.Int(1, int64(d.ID))
	s.Text(2, d.Workflow)
	s.Text(3, string(d.Outcome))
	s.Text(4, d.Gate)
	s.Text(5, d.Reason)
	s.Int(6, int64(d.Execution))
	s.Int(7, int64(d.Status))
	s.Int(8, int64(d.Took))
	bindTime(s, 9, d.Request.ReceivedAt)
	s.Text(10, request)
	s.Int(11, int64(len(d.Request.Body)))
	s.Blob(12, d.Request.Body)
}
