package journal

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

const (
	deliveryColumns = `id, workflow, outcome, gate, reason, execution, status, took, received_at, request`
	deliveryWidth   = 10

	// selectDelivery selects deliveryColumns, with status and took of the answer if it was written later.
	// fromDeliveries is the part up to the condition.
	selectDelivery = `SELECT id, workflow, outcome, gate, reason, execution, coalesce(a.status, d.status), coalesce(a.took, d.took), received_at, request`
	fromDeliveries = ` FROM deliveries d LEFT JOIN delivery_answers a ON a.delivery = d.id`
	deliveryAnswer = `CASE WHEN a.delivery IS NULL THEN d.answer ELSE a.answer END`

	sqlInsertDelivery = `INSERT INTO deliveries (` + deliveryColumns + `, size, body, key_hash, answer, opened)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)`
)

// putDelivery inserts a delivery and its references to blobs, and counts it. It does not write a body that is stored as a blob.
func (j *Journal) putDelivery(tx *writer.Tx, d *hook.Delivery, r *rowcodec.Delivery) error {
	s := j.insertDelivery
	s.Int(1, int64(d.ID))
	s.Text(2, d.Workflow)
	s.Text(3, string(d.Outcome))
	s.Text(4, d.Gate)
	s.Text(5, d.Reason)
	s.Int(6, int64(d.Execution))
	s.Int(7, int64(d.Status))
	s.Int(8, int64(d.Took))
	s.Time(9, d.Request.ReceivedAt)
	s.Text(10, r.Metadata)
	s.Int(11, int64(len(d.Request.Body)))
	if d.Request.Stored == "" {
		s.Blob(12, d.Request.Body)
	} else {
		s.Blob(12, nil)
	}
	if d.DedupeKey == "" {
		s.Null(13)
	} else {
		s.Int(13, r.KeyHash)
	}
	s.TextOrNull(14, r.Answer)
	s.BlobOrNull(15, d.Request.Opened)
	if err := tx.Run(s); err != nil {
		return err
	}
	for _, sum := range r.Blobs {
		if err := tx.Exec(`INSERT OR IGNORE INTO delivery_blobs (sha256, delivery) VALUES (?1, ?2)`, sum, d.ID); err != nil {
			return err
		}
	}
	j.Statistics.Delivered(d)
	return nil
}

// readDelivery reads deliveryColumns. For a repeat it also returns the status that the first execution had.
func readDelivery(s *conn.Stmt, d *hook.Delivery) (first flow.Status) {
	*d = hook.Delivery{
		ID: ident.ID(s.ColumnInt(0)), Workflow: s.ColumnText(1), Outcome: hook.Outcome(s.ColumnText(2)), Gate: s.ColumnText(3),
		Reason: s.ColumnText(4), Execution: ident.ID(s.ColumnInt(5)), Status: int(s.ColumnInt(6)), Took: time.Duration(s.ColumnInt(7)),
		Request: hook.Request{ReceivedAt: s.ColumnTime(8)},
	}
	return rowcodec.DecodeMetadata(s.ColumnText(9), d)
}
