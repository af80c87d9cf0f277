package ingress

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/hook"
)

// capture reads the body once, under the cap. A body that is announced as too large is refused before
// a byte of it is read.
func (c *call) capture() *refusal {
	limit := c.route.maxBody
	if limit <= 0 {
		limit = c.h.opt.MaxBody
	}
	if c.r.ContentLength > limit {
		c.captured = true
		return tooLarge(limit, "the body is announced with "+strconv.FormatInt(c.r.ContentLength, 10)+" bytes")
	}
	raw, err := c.read(limit)
	if err != nil {
		return c.unread(err, limit)
	}
	c.delivery.Request.Body = raw
	return nil
}

// unread says why a body could not be read.
func (c *call) unread(err error, limit int64) *refusal {
	var long *overLimitError
	switch {
	case errors.As(err, &long):
		return tooLarge(limit, "")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{
			status: http.StatusRequestTimeout, problem: problemSlow, title: "The body took too long",
			detail:  "The whole body must come within " + c.h.opt.BodyTimeout.String() + ".",
			headers: closing(),
		}
	default:
		return &refusal{
			status: http.StatusBadRequest, problem: problemIncomplete, title: "The body is not complete",
			detail: "The body broke off before its end.", reason: "the body broke off: the caller left, or its framing is wrong",
			headers: closing(),
		}
	}
}

func tooLarge(limit int64, reason string) *refusal {
	return &refusal{
		status: http.StatusRequestEntityTooLarge, problem: problemTooLarge, title: "The body is too large",
		detail: "This webhook takes bodies of at most " + strconv.FormatInt(limit, 10) + " bytes.", reason: reason,
		headers: closing(),
	}
}

// closing tells that the connection ends: what is left of the body is not read.
func closing() []hook.Header { return []hook.Header{{Name: "Connection", Value: "close"}} }

// overLimitError says that a body of unknown length went over the cap.
type overLimitError struct{}

func (*overLimitError) Error() string { return "the body is too large" }

// read returns the body in a buffer of its own size, at most limit bytes.
func (c *call) read(limit int64) ([]byte, error) {
	c.captured = true
	length := c.r.ContentLength
	if length == 0 || c.r.Body == nil || c.r.Body == http.NoBody {
		return nil, nil
	}
	deadline := http.NewResponseController(c.w)
	_ = deadline.SetReadDeadline(c.now.Add(c.h.opt.BodyTimeout)) // not every server can; the server's own then holds
	defer func() { _ = deadline.SetReadDeadline(time.Time{}) }() // or it would end the wait of a sync call
	if 0 < length && length <= wholeAtOnce {
		raw := make([]byte, length)
		_, err := io.ReadFull(c.r.Body, raw)
		return raw, err
	}
	return readGrowing(c.r.Body, length, limit)
}

// readGrowing takes memory as the body comes, so that announcing a large body costs us nothing.
func readGrowing(from io.Reader, length, limit int64) ([]byte, error) {
	raw := make([]byte, 0, min(firstPiece, limit+1))
	for {
		n, err := from.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		switch {
		case int64(len(raw)) > limit:
			return nil, &overLimitError{}
		case errors.Is(err, io.EOF) && length > int64(len(raw)):
			return nil, io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return exact(raw), nil
		case err != nil:
			return nil, err
		}
		if len(raw) == cap(raw) {
			raw = grown(raw, length, limit)
		}
	}
}

// grown doubles the room, up to what is announced or allowed, and one byte to see the end by.
func grown(raw []byte, length, limit int64) []byte {
	most := limit
	if length > 0 {
		most = length
	}
	return append(make([]byte, 0, min(2*int64(cap(raw)), most+1)), raw...)
}

// exact gives back memory that a body does not fill.
func exact(raw []byte) []byte {
	if cap(raw)-len(raw) > len(raw)/8 {
		return bytes.Clone(raw)
	}
	return raw
}
