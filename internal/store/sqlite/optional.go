package sqlite

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// optional is a write that nobody waits for and that may be dropped: a delivery without an execution, or the
// answer of a stored delivery.
type optional struct {
	delivery hook.Delivery
	row      rowcodec.Delivery
	answered bool
}

// size returns the approximate number of bytes that it holds in memory and writes.
func (n *optional) size() int {
	return n.delivery.Request.Bytes() + len(n.row.Metadata) + len(n.row.Answer)
}

// Note queues a delivery that has no execution. It returns false if the delivery is dropped: the queue is full,
// the disk reserve is reached, or a blob hash is invalid.
func (s *Store) Note(d hook.Delivery) bool {
	n := &optional{delivery: d}
	if s.reserve.low.Load() || n.row.Encode("sqlite.Note", &n.delivery) != nil {
		s.queues.drop(1)
		return false
	}
	return s.queues.addOptional(n, s.opts.Clock.Now())
}

// Answered queues the final response to an accepted delivery.
func (s *Store) Answered(d hook.Delivery) bool {
	n := &optional{answered: true, delivery: hook.Delivery{ID: d.ID, Status: d.Status, Took: d.Took}}
	n.row.Answer = rowcodec.EncodeAnswer(d.Answer)
	return s.queues.addOptional(n, s.opts.Clock.Now())
}

func (n *optional) apply(w *writer) error {
	if n.answered {
		s, err := w.statement(`INSERT OR REPLACE INTO delivery_answers (delivery, status, took, answer)
SELECT id, ?2, ?3, ?4 FROM deliveries WHERE id = ?1`)
		if err != nil {
			return err
		}
		s.Int(1, int64(n.delivery.ID))
		s.Int(2, int64(n.delivery.Status))
		s.Int(3, int64(n.delivery.Took))
		s.TextOrNull(4, n.row.Answer)
		return w.run(s)
	}
	err := w.putDelivery(&n.delivery, &n.row)
	if conn.Code(err) == conn.Constraint { // written before
		return nil
	}
	return err
}
