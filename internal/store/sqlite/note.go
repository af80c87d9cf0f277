package sqlite

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// note is a delivery without an execution; nobody waits for it.
type note struct {
	delivery hook.Delivery
	request  string // encoded
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

func (n *note) apply(w *writer) error {
	bindDelivery(w.insertDelivery, &n.delivery, n.request)
	err := w.run(w.insertDelivery)
	if code(err) == conn.Constraint { // noted before
		return nil
	}
	return err
}
