package drafts

import (
	"context"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Sample returns the sample of a workflow, or fault.NotFound.
func (d *Rows) Sample(ctx context.Context, workflow string) (out store.Sample, err error) {
	const op = "sqlite.Sample"
	found := false
	err = d.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(`SELECT delivery, set_at, set_by, received_at, request, body, opened FROM draft_samples WHERE workflow = ?1`, func(s *conn.Stmt) {
			found = true
			out = readSample(s)
		}, workflow)
	})
	if err == nil && !found {
		return out, fault.New(op, fault.NotFound, "workflow %s has no sample", workflow)
	}
	return out, err
}

func readSample(s *conn.Stmt) store.Sample {
	var d hook.Delivery
	rowcodec.DecodeMetadata(s.ColumnText(4), &d)
	d.Request.ReceivedAt, d.Request.Body = s.ColumnTime(3), s.ColumnBlob(5)
	if !s.ColumnNull(6) {
		d.Request.Opened = append([]byte{}, s.ColumnBlob(6)...) // not nil, even if it is empty
	}
	return store.Sample{Request: d.Request, Delivery: ident.ID(s.ColumnInt(0)), SetAt: s.ColumnTime(1), SetBy: s.ColumnText(2)}
}

// PutSample replaces the sample of a workflow.
func (d *Rows) PutSample(workflow string, p store.Sample) error {
	const op = "sqlite.PutSample"
	switch {
	case workflow == "" || p.Request.Method == "":
		return fault.New(op, fault.Invalid, "a sample needs a workflow and a method")
	case p.Request.Bytes() > store.MaxSample:
		return fault.New(op, fault.TooLarge, "the sample is too large: its body has at most %d MiB", store.MaxSample>>20)
	}
	if p.SetAt.IsZero() {
		p.SetAt = d.Clock.Now()
	}
	r := p.Request
	r.Stored = ""
	request := rowcodec.EncodeMetadata(&hook.Delivery{Request: r})
	return d.Writer.Run(func(tx *writer.Tx) error {
		s, err := tx.Statement(`REPLACE INTO draft_samples (workflow, delivery, set_at, set_by, received_at, request, body, opened)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`)
		if err != nil {
			return err
		}
		s.Bind([]any{workflow, p.Delivery, p.SetAt, p.SetBy, r.ReceivedAt, request, r.Body})
		s.BlobOrNull(8, r.Opened)
		return tx.Run(s)
	})
}

// DropSample deletes the sample of a workflow, if there is one.
func (d *Rows) DropSample(workflow string) error {
	return d.Writer.Run(func(tx *writer.Tx) error {
		return tx.Exec(`DELETE FROM draft_samples WHERE workflow = ?1`, workflow)
	})
}
