package journal

import (
	"io"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// delivery reads a whole delivery, with its body.
func (j *Journal) delivery(r *reader.Reader, id ident.ID) (d hook.Delivery, err error) {
	err = r.Query(selectDelivery+`, body, `+deliveryAnswer+`, opened`+fromDeliveries+` WHERE id = ?1`, func(s *conn.Stmt) {
		readDelivery(s, &d)
		d.Request.Body = s.ColumnBlob(deliveryWidth)
		d.Answer = rowcodec.DecodeAnswer(s.ColumnValue(deliveryWidth + 1))
		if !s.ColumnNull(deliveryWidth + 2) {
			d.Request.Opened = append([]byte{}, s.ColumnBlob(deliveryWidth+2)...) // not nil, even if it is empty
		}
	}, id)
	if err == nil && d.Request.Stored != "" {
		err = j.readBody(&d)
	}
	return d, err
}

// readBody reads the body of a delivery from the blob that stores it.
func (j *Journal) readBody(d *hook.Delivery) error {
	const op = "sqlite.readBody"
	q := &d.Request
	if j.Files == nil {
		return missing(op, d, nil)
	}
	f, size, err := j.Files.Open(q.Stored)
	if fault.Is(err, fault.NotFound) {
		return missing(op, d, err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	q.Body = make([]byte, size)
	if _, err := io.ReadFull(f, q.Body); err != nil {
		return fault.As(op, fault.Unavailable, err, "the body of delivery %s cannot be read from blob %s", d.ID.Text(ident.Delivery), q.Stored)
	}
	return nil
}

// errMissing is the cause of the error for a delivery whose body no longer exists.
type errMissing struct{ cause error }

// Error returns the text of the cause.
func (e *errMissing) Error() string {
	if e.cause == nil {
		return "no blobs are kept"
	}
	return e.cause.Error()
}

func missing(op string, d *hook.Delivery, cause error) error {
	return fault.As(op, fault.Internal, &errMissing{cause}, "the body of delivery %s is gone: blob %s is missing; restore it from a backup",
		d.ID.Text(ident.Delivery), d.Request.Stored)
}
