package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// deliveryRow is the encoded part of a delivery that is computed before the writer runs.
type deliveryRow struct {
	metadata string // see encodeMetadata
	answer   string // see encodeAnswer
	key      int64  // see keyHash; 0 without a dedupe key
	blobs    [][]byte
}

// encode fills the row. It refuses a blob hash that is not a SHA-256 (fault.Invalid).
func (r *deliveryRow) encode(op string, d *hook.Delivery) error {
	r.metadata, r.answer, r.key, r.blobs = encodeMetadata(d), encodeAnswer(d.Answer), 0, nil
	if d.DedupeKey != "" {
		r.key = keyHash(d.DedupeKey)
	}
	if d.Request.Stored == "" && len(d.Request.Files) == 0 {
		return nil
	}
	return r.name(op, &d.Request)
}

// name collects the hashes of the blobs that the delivery names.
func (r *deliveryRow) name(op string, q *hook.Request) error {
	add := func(hash string) bool {
		raw, err := hex.DecodeString(hash)
		r.blobs = append(r.blobs, raw)
		return err == nil && len(raw) == sha256.Size
	}
	if q.Stored != "" && !add(q.Stored) {
		return fault.New(op, fault.Invalid, "the body of a delivery is stored under %q, which is no SHA-256", q.Stored)
	}
	for i := range q.Files {
		if !add(q.Files[i].SHA256) {
			return fault.New(op, fault.Invalid, "a file of a delivery is stored under %q, which is no SHA-256", q.Files[i].SHA256)
		}
	}
	return nil
}

// putDelivery inserts a delivery and its references to blobs. It does not write a body that is stored as a blob.
func (w *writer) putDelivery(d *hook.Delivery, r *deliveryRow) error {
	s := w.insertDelivery
	s.Int(1, int64(d.ID))
	s.Text(2, d.Workflow)
	s.Text(3, string(d.Outcome))
	s.Text(4, d.Gate)
	s.Text(5, d.Reason)
	s.Int(6, int64(d.Execution))
	s.Int(7, int64(d.Status))
	s.Int(8, int64(d.Took))
	bindTime(s, 9, d.Request.ReceivedAt)
	s.Text(10, r.metadata)
	s.Int(11, int64(len(d.Request.Body)))
	if d.Request.Stored == "" {
		s.Blob(12, d.Request.Body)
	} else {
		s.Blob(12, nil)
	}
	if d.DedupeKey == "" {
		s.Null(13)
	} else {
		s.Int(13, r.key)
	}
	bindText(s, 14, r.answer)
	if d.Request.Opened == nil {
		s.Null(15)
	} else {
		s.Blob(15, d.Request.Opened)
	}
	if err := w.run(s); err != nil {
		return err
	}
	for _, sum := range r.blobs {
		if err := w.exec(`INSERT OR IGNORE INTO delivery_blobs (sha256, delivery) VALUES (?1, ?2)`, sum, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// readDelivery reads deliveryColumns. For a repeat it also returns the status that the first execution had.
func readDelivery(s *conn.Stmt, d *hook.Delivery) (first flow.Status) {
	*d = hook.Delivery{
		ID: ident.ID(s.ColumnInt(0)), Workflow: s.ColumnText(1), Outcome: hook.Outcome(s.ColumnText(2)), Gate: s.ColumnText(3),
		Reason: s.ColumnText(4), Execution: ident.ID(s.ColumnInt(5)), Status: int(s.ColumnInt(6)), Took: time.Duration(s.ColumnInt(7)),
		Request: hook.Request{ReceivedAt: columnTime(s, 8)},
	}
	return decodeMetadata(s.ColumnText(9), d)
}
