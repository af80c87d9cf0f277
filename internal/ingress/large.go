package ingress

import (
	"io"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// large is what a call has beside its row: a body that is too large for it, and files. Until the call is
// about to be accepted all of it can be given up without a trace.
type large struct {
	held  int64              // bytes of the memory for bodies
	body  store.BlobWriter   // nil: the body is in the row
	files []store.BlobWriter // in the order of hook.Request.Files
	kept  []string           // pinned in the blob store
}

func (c *call) large() *large {
	if c.cargo == nil {
		c.cargo = &large{}
	}
	return c.cargo
}

// keep makes body and files durable, before the row that names them is written.
func (c *call) keep() *outcome {
	l := c.cargo
	if l == nil {
		return nil
	}
	req := &c.delivery.Request
	if l.body != nil {
		blob, err := l.body.Keep()
		if err != nil {
			return unavailable("the body could not be kept: " + err.Error())
		}
		l.kept, l.body = append(l.kept, blob.SHA256), nil
		req.Stored = blob.SHA256
	}
	for i, w := range l.files {
		blob, err := w.Keep()
		if err == nil {
			l.kept, l.files[i] = append(l.kept, blob.SHA256), nil
			if f := req.Files[i]; blob.SHA256 != f.SHA256 || blob.Size != f.Size {
				return unavailable("the blob store has kept something else than the file " + f.SHA256)
			}
			continue
		}
		return unavailable("a file could not be kept: " + err.Error())
	}
	l.files = nil
	return nil
}

// release gives up what was not kept, ends the protection of what was, and returns the memory.
func (l *large) release(h *Handler) {
	if l.body != nil {
		l.body.Discard()
	}
	for _, w := range l.files {
		if w != nil {
			w.Discard()
		}
	}
	for _, sha256 := range l.kept {
		h.opt.Blobs.Unpin(sha256)
	}
	if l.held > 0 {
		h.memory.Release(l.held)
	}
}

// File takes a file of a multipart body (body.Files).
func (c *call) File(meta hook.File, content io.Reader) (hook.File, error) {
	w, err := c.h.opt.Blobs.Create()
	if err != nil {
		return meta, err
	}
	l := c.large()
	l.files = append(l.files, w)
	return fill(meta, w, content)
}
