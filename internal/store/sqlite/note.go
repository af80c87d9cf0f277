package sqlite

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// note is a delivery without an execution, or the answer of one that is stored; nobody waits for it.
type note struct {
	delivery hook.Delivery
	request  string // encoded
	answered bool
}

// Note queues a delivery that has no execution.
func (s *Store) Note(d hook.Delivery) bool {
	if s.reserve.low.Load() {
		s.lanes.drop(1)
		return false
	}
	n := &note{delivery: d, request: encodeRequest(&d.Request)}
	return s.lanes.note(n, s.opts.Clock.Now())
}

// Answered queues what an accepted delivery was answered.
func (s *Store) Answered(d hook.Delivery) bool {
	d.Request = hook.Request{}
	return s.lanes.note(&note{delivery: d, answered: true}, s.opts.Clock.Now())
}

func (n *note) apply(w *writer) error {
	if n.answered {
		s, err := w.statement(`UPDATE deliveries SET status = ?2, took = ?3 WHERE id = ?1`)
		if err != nil {
			return err
		}
		s.Int(1, int64(n.delivery.ID))
		s.Int(2, int64(n.delivery.Status))
		s.Int(3, int64(n.delivery.Took))
		return w.run(s)
	}
	bindDelivery(w.insertDelivery, &n.delivery, n.request)
	err := w.run(w.insertDelivery)
	if code(err) == conn.Constraint { // noted before
		return nil
	}
	return err
}
