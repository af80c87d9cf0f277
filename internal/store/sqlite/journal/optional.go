package journal

import (
	"time"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// deliveryWrite is an optional write of a delivery without an execution.
type deliveryWrite struct {
	j        *Journal
	delivery hook.Delivery
	row      rowcodec.Delivery
}

// SaveDelivery queues a delivery that has no execution. It returns false if the delivery is dropped: the queue is
// full, the disk reserve is reached, or a blob hash is invalid.
func (j *Journal) SaveDelivery(d hook.Delivery) bool {
	m := &deliveryWrite{j: j, delivery: d}
	if j.Reserve.Low() || m.row.Encode("sqlite.SaveDelivery", &m.delivery) != nil {
		j.Writer.CountDropped()
		j.Statistics.ObserveDrop(d.Workflow)
		return false
	}
	kept := j.Writer.Offer(m)
	if !kept {
		j.Statistics.ObserveDrop(d.Workflow)
	}
	return kept
}

// Size counts the request and the encoded texts.
func (m *deliveryWrite) Size() int {
	return m.delivery.Request.Bytes() + len(m.row.Metadata) + len(m.row.Answer)
}

// Apply writes the delivery.
func (m *deliveryWrite) Apply(tx *writer.Tx) error {
	err := m.j.putDelivery(tx, &m.delivery, &m.row)
	if conn.Code(err) == conn.Constraint { // written before
		return nil
	}
	return err
}

// answerWrite is an optional write of the answer to a stored delivery.
type answerWrite struct {
	j        *Journal
	workflow string
	delivery ident.ID
	status   int
	took     time.Duration
	answer   string
}

// SaveAnswer queues the final response to an accepted delivery.
func (j *Journal) SaveAnswer(d hook.Delivery) bool {
	return j.Writer.Offer(&answerWrite{j, d.Workflow, d.ID, d.Status, d.Took, rowcodec.EncodeAnswer(d.Answer)})
}

// Size counts the answer.
func (m *answerWrite) Size() int { return len(m.answer) }

// Apply writes the answer, unless the delivery was deleted.
func (m *answerWrite) Apply(tx *writer.Tx) error {
	s, err := tx.Statement(`INSERT OR REPLACE INTO delivery_answers (delivery, status, took, answer)
SELECT id, ?2, ?3, ?4 FROM deliveries WHERE id = ?1`)
	if err != nil {
		return err
	}
	s.Int(1, int64(m.delivery))
	s.Int(2, int64(m.status))
	s.Int(3, int64(m.took))
	s.TextOrNull(4, m.answer)
	if err := tx.Run(s); err != nil {
		return err
	}
	m.j.Statistics.Answered(m.workflow, m.took)
	return nil
}
