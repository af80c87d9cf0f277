package ingress

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// spool reads a large body into the blob store, so that a slow caller uses no memory. head is the part already
// read.
func (c *call) spool(head []byte, limit int64) *outcome {
	w, err := c.h.opt.Blobs.Create()
	if err != nil {
		return spoolFailed(err)
	}
	c.attach().body = w
	if _, err := w.Write(head); err != nil {
		return spoolFailed(err)
	}
	rest := &io.LimitedReader{R: c.r.Body, N: limit + 1 - int64(len(head))}
	n, err := copyTo(w, rest)
	size := int64(len(head)) + n
	switch failed, ours := errors.AsType[*writeError](err); {
	case ours:
		return spoolFailed(failed.err)
	case err != nil:
		return c.unread(err, limit)
	case size > limit:
		return c.unread(&overLimitError{}, limit)
	case c.r.ContentLength > size:
		return c.unread(io.ErrUnexpectedEOF, limit)
	}
	return c.readBack(w, size)
}

// readBack reserves memory for a spooled body and reads it.
func (c *call) readBack(w store.BlobWriter, size int64) *outcome {
	need := size
	if packed(c.r.Header) {
		need += c.bodyLimit()
	}
	if out := c.reserveMemory(need); out != nil {
		return out
	}
	raw := make([]byte, size)
	if _, err := w.ReadAt(raw, 0); err != nil && !errors.Is(err, io.EOF) {
		return spoolFailed(err)
	}
	c.delivery.Request.Body = raw
	return nil
}

func spoolFailed(err error) *outcome {
	if fault.Is(err, fault.Unavailable) {
		return unavailable("the blob store cannot accept the body: " + err.Error())
	}
	return unavailable("the blob store failed: " + err.Error())
}

// writeError wraps a failed write, which is the server's fault. A failed read is the caller's.
type writeError struct{ err error }

func (e *writeError) Error() string { return e.err.Error() }
func (e *writeError) Unwrap() error { return e.err }

// copyTo copies through one small buffer. An error of to is a writeError.
func copyTo(to io.Writer, from io.Reader) (n int64, err error) {
	buf := make([]byte, spoolPiece)
	for {
		m, err := from.Read(buf)
		if m > 0 {
			if _, err := to.Write(buf[:m]); err != nil {
				return n, &writeError{err}
			}
			n += int64(m)
		}
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// fill copies a file into a blob and notes its size and hash in meta.
func fill(meta hook.File, w io.Writer, content io.Reader) (hook.File, error) {
	sum := sha256.New()
	n, err := copyTo(io.MultiWriter(w, sum), content)
	if failed, ours := errors.AsType[*writeError](err); ours {
		return meta, fault.Wrap("ingress.File", fmt.Errorf("a file could not be written: %w", failed.err))
	}
	meta.Size, meta.SHA256 = n, hex.EncodeToString(sum.Sum(nil))
	return meta, err
}
