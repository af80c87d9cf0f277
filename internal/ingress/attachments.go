package ingress

import (
	"io"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

// attachments are the parts of a call that are not stored in its row: a body that is too large for it, and
// files. They become durable only just before the call is accepted, so a rejected call leaves nothing behind.
type attachments struct {
	memory   int64              // bytes reserved from the memory that large bodies share
	arriving int64              // bytes reserved from the memory of bodies that are arriving
	body     store.BlobWriter   // nil: the body is in the row
	files    []store.BlobWriter // in the order of hook.Request.Files
	kept     []string           // names pinned in the blob store
}

// attach returns the call's attachments, and creates them on first use.
func (c *call) attach() *attachments {
	if c.attachments == nil {
		c.attachments = &attachments{}
	}
	return c.attachments
}

// keep makes the body and the files durable before the row that names them is written.
func (c *call) keep() *outcome {
	a := c.attachments
	if a == nil {
		return nil
	}
	req := &c.delivery.Request
	if a.body != nil {
		blob, err := a.body.Keep()
		if err != nil {
			return unavailable("the body could not be kept: " + err.Error())
		}
		a.kept, a.body = append(a.kept, blob.SHA256), nil
		req.Stored = blob.SHA256
	}
	for i, w := range a.files {
		blob, err := w.Keep()
		if err == nil {
			a.kept, a.files[i] = append(a.kept, blob.SHA256), nil
			if f := req.Files[i]; blob.SHA256 != f.SHA256 || blob.Size != f.Size {
				return unavailable("the blob store kept something other than the file " + f.SHA256)
			}
			continue
		}
		return unavailable("a file could not be kept: " + err.Error())
	}
	a.files = nil
	return nil
}

// release discards what was not kept, unpins what was, and gives back the memory.
func (a *attachments) release(h *Handler) {
	if a.body != nil {
		a.body.Discard()
	}
	for _, w := range a.files {
		if w != nil {
			w.Discard()
		}
	}
	for _, sha256 := range a.kept {
		h.opt.Blobs.Unpin(sha256)
	}
	if a.memory > 0 {
		h.memory.Release(a.memory)
	}
	if a.arriving > 0 {
		h.arriving.Release(a.arriving)
	}
}

// discardFiles removes the files of a body that is decoded again, and reports whether there were any.
func (c *call) discardFiles() bool {
	if c.attachments == nil || len(c.attachments.files) == 0 {
		return false
	}
	for _, w := range c.attachments.files {
		w.Discard()
	}
	c.attachments.files = nil
	return true
}

// File stores one file of a multipart body. It implements body.Files.
func (c *call) File(meta hook.File, content io.Reader) (hook.File, error) {
	w, err := c.h.opt.Blobs.Create()
	if err != nil {
		return meta, err
	}
	a := c.attach()
	a.files = append(a.files, w)
	return fill(meta, w, content)
}
