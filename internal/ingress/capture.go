package ingress

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"

	"hookline.dev/hookline/internal/hook"
)

// capture reads the body once, up to the limit. A body whose Content-Length is over it is rejected before a byte is
// read. A body over SpoolOver, or for which no memory is left, goes through the blob store, and is in memory only after
// all of it has arrived.
func (c *call) capture() *outcome {
	limit := c.bodyLimit()
	if c.r.ContentLength > limit {
		c.captured = true
		return tooLarge(limit, "the Content-Length is "+strconv.FormatInt(c.r.ContentLength, 10)+" bytes")
	}
	if c.r.ContentLength > SpoolOver {
		return c.captureLarge(nil, limit)
	}
	raw, err := c.read(min(limit, SpoolOver))
	if err == nil {
		c.delivery.Request.Body = raw
		return nil
	}
	if isOverLimit(err) && limit > SpoolOver || errors.Is(err, errNoRoom) {
		c.releaseArriving()
		return c.captureLarge(raw, limit)
	}
	return c.unread(err, limit)
}

// captureLarge reads the rest of a large body. head is the part already read.
func (c *call) captureLarge(head []byte, limit int64) (out *outcome) {
	c.captured = true
	c.setReadDeadline(c.now.Add(c.h.opt.BodyTimeout))
	defer func() { c.clearReadDeadline(out == nil) }()
	if c.h.opt.Blobs != nil {
		return c.spool(head, limit)
	}
	need := max(c.r.ContentLength, limit)
	if c.r.ContentLength > 0 && !packed(c.r.Header) {
		need = c.r.ContentLength
	}
	if out := c.reserveMemory(need); out != nil {
		return out
	}
	raw, err := readGrowing(head, c.r.Body, c.r.ContentLength, limit, nil)
	if err != nil {
		return c.unread(err, limit)
	}
	c.delivery.Request.Body = raw
	return nil
}

// unread returns the outcome for a body that could not be read.
func (c *call) unread(err error, limit int64) *outcome {
	switch {
	case isOverLimit(err):
		return tooLarge(limit, "")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &outcome{
			status: http.StatusRequestTimeout, problem: problemSlow, title: "Body not received in time",
			detail:  "The whole body must arrive within " + c.h.opt.BodyTimeout.String() + ".",
			headers: closing(),
		}
	default:
		return &outcome{
			status: http.StatusBadRequest, problem: problemIncomplete, title: "Incomplete body",
			detail: "The body ended early.", reason: "the body ended early: the caller disconnected, or the framing is wrong",
			headers: closing(),
		}
	}
}

func tooLarge(limit int64, reason string) *outcome {
	return &outcome{
		status: http.StatusRequestEntityTooLarge, problem: problemTooLarge, title: "Body too large",
		detail: "This webhook accepts bodies of at most " + strconv.FormatInt(limit, 10) + " bytes.", reason: reason,
		headers: closing(),
	}
}

// closing returns the header that closes the connection, because the rest of the body will not be read.
func closing() []hook.Header { return []hook.Header{{Name: "Connection", Value: "close"}} }

// overLimitError reports that a body of unknown length exceeds the limit.
type overLimitError struct{}

func (*overLimitError) Error() string { return "the body is too large" }

func isOverLimit(err error) bool {
	_, yes := errors.AsType[*overLimitError](err)
	return yes
}

// read returns the body in a buffer of about its size. If the body is longer than limit, or no memory is left
// (errNoRoom), read returns the bytes that have arrived together with the error.
func (c *call) read(limit int64) (raw []byte, err error) {
	c.captured = true
	length := c.r.ContentLength
	if length == 0 || c.r.Body == nil || c.r.Body == http.NoBody {
		return nil, nil
	}
	c.setReadDeadline(c.now.Add(c.h.opt.BodyTimeout))
	defer func() { c.clearReadDeadline(err == nil) }()
	if 0 < length && length <= firstPiece {
		raw = make([]byte, length)
		_, err = io.ReadFull(c.r.Body, raw)
		return raw, err
	}
	return readGrowing(nil, c.r.Body, length, limit, c.reserveArriving)
}

// errNoRoom reports that a body has to be spooled, because the bodies that are arriving use all of their memory.
var errNoRoom = errors.New("no memory is left for bodies that are arriving")

// readGrowing reads into a buffer that grows as the body arrives, so that announcing a large body costs nothing. It
// asks room for the bytes by which the buffer grows; nil: they are reserved.
func readGrowing(head []byte, from io.Reader, length, limit int64, room func(int64) bool) ([]byte, error) {
	raw := append(make([]byte, 0, max(min(firstPiece, limit+1), int64(len(head))+1)), head...)
	for {
		n, err := from.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		switch {
		case int64(len(raw)) > limit:
			return raw, &overLimitError{}
		case errors.Is(err, io.EOF) && length > int64(len(raw)):
			return nil, io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return exact(raw), nil
		case err != nil:
			return nil, err
		}
		if len(raw) == cap(raw) {
			size := grownSize(raw, length, limit)
			if room != nil && !room(size-int64(cap(raw))) {
				return raw, errNoRoom
			}
			raw = append(make([]byte, 0, size), raw...)
		}
	}
}

// grownSize doubles the buffer, up to the announced or allowed length plus one byte. The extra byte lets the reader
// notice the end.
func grownSize(raw []byte, length, limit int64) int64 {
	most := limit
	if length > 0 {
		most = min(length, limit)
	}
	return min(2*int64(cap(raw)), most+1)
}

// exact copies a body that leaves much of its buffer unused, so that the spare memory can be freed.
func exact(raw []byte) []byte {
	if cap(raw)-len(raw) > len(raw)/8 {
		return bytes.Clone(raw)
	}
	return raw
}
