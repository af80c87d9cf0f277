package ingress

import (
	"errors"
	"io"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// Secrets of the gates that a caller puts elsewhere than where a gate looks for them, such as a token in the query
// instead of in its header, must not be recorded. The head of the call is masked when it is recorded, the body after
// the gates that need its exact bytes, and what the gates said of the call when the record is written. A call without
// a route is masked with the secrets of all routes.
//
// What opens the management API is removed from the head and the findings as well. A body keeps it: its bytes are
// evidence, and are searched only for what a gate of the route needs.

// mask returns what removes the secrets of the route's gates.
func (c *call) mask() *vault.Masker {
	if c.route == nil {
		return c.masker
	}
	return c.route.masker
}

// clean masks a text of the record, apart from the body.
func (c *call) clean(text string) string { return c.mask().Text(c.h.opt.Credentials.Text(text)) }

// maskHead masks what is recorded of the request, apart from the body.
func (c *call) maskHead() {
	req := &c.delivery.Request
	for _, text := range []*string{&req.Method, &req.Path, &req.Query, &req.Host, &req.ContentType} {
		*text = c.clean(*text)
	}
	for i := range req.Headers {
		req.Headers[i].Value = c.clean(req.Headers[i].Value)
	}
	for i := range req.Params {
		req.Params[i].Value = c.clean(req.Params[i].Value)
	}
}

// maskFindings masks what the gates said, which may quote the request.
func (c *call) maskFindings() {
	d := &c.delivery
	d.Reason, d.DedupeKey = c.clean(d.Reason), c.clean(d.DedupeKey)
	for i := range c.execution.Labels {
		c.execution.Labels[i].Value = c.clean(c.execution.Labels[i].Value)
	}
	for i := range d.Chain {
		d.Chain[i] = c.clean(d.Chain[i])
	}
	for i := range d.Verdicts {
		if masked := c.clean(d.Verdicts[i].Detail); masked != d.Verdicts[i].Detail {
			d.Verdicts = slices.Clone(d.Verdicts) // calls share them
			d.Verdicts[i].Detail = masked
		}
	}
}

// decodeMasked decodes the body, without the secrets in it. The record gets the masked body too, so that the workflow
// sees the same before and after a restart.
func (c *call) decodeMasked(lim body.Limits, files body.Files) error {
	m, req := c.mask(), &c.delivery.Request
	err := c.decodeBody(lim, files)
	if c.masked = err == nil; err != nil || !exposes(m, &c.context) {
		return err
	}
	first := c.context
	if exact := string(req.Content()); exact == first.RawBody {
		plain := []byte(maskText(m, exact))
		if req.Opened != nil {
			req.Opened = plain
		} else {
			req.Body = plain
		}
		withFiles := c.discardFiles()
		if err := c.decodeBody(lim, files); withFiles || err == nil && !exposes(m, &c.context) {
			return errors.Join(err, c.spoolAgain())
		}
	}
	c.context = first
	c.recordAsJSON(m)
	return c.spoolAgain()
}

func (c *call) decodeBody(lim body.Limits, files body.Files) (err error) {
	req := &c.delivery.Request
	c.context, req.Files, err = body.ContextWithin(*req, lim, files)
	return err
}

// exposes reports whether a secret is in a body. The data need not be searched if it is the body itself.
func exposes(m *vault.Masker, call *hook.Context) bool {
	if m == nil {
		return false
	}
	data := call.Data.Text()
	return m.Finds(call.RawBody) || strings.TrimSpace(call.RawBody) != data && m.Finds(data)
}

// maskText masks a body. JSON stays JSON.
func maskText(m *vault.Masker, text string) string {
	if v, err := value.Parse(text, value.Limits{Depth: value.MaxDepth, Bytes: len(text) + 1}); err == nil {
		return m.Value(v).Text()
	}
	return m.Text(text)
}

// recordAsJSON replaces a body whose encoding hides the secret, such as a compressed one, by its masked data.
func (c *call) recordAsJSON(m *vault.Masker) {
	req, call := &c.delivery.Request, &c.context
	call.Data = m.Value(call.Data)
	call.RawBody = call.Data.Text()
	if !call.CloudEvent.IsMissing() {
		call.CloudEvent = m.Value(call.CloudEvent)
	}
	req.Body, req.Opened, req.Form, req.As = []byte(call.RawBody), nil, "", typeJSON
	req.Headers = slices.DeleteFunc(req.Headers, func(h hook.Header) bool { return h.Name == contentEncoding })
}

// spoolAgain writes a large body that was masked to the blob store, instead of the body that arrived.
func (c *call) spoolAgain() error {
	a := c.attachments
	if a == nil || a.body == nil {
		return nil
	}
	a.body.Discard()
	w, err := c.h.opt.Blobs.Create()
	if a.body = w; err != nil {
		return err
	}
	if _, err = w.Write(c.delivery.Request.Body); err != nil {
		return fault.Wrap("ingress.Mask", err)
	}
	return nil
}

// maskRefused masks the record of a refused call. A body that cannot be searched because it is compressed is not
// recorded.
func (c *call) maskRefused() {
	m, d := c.mask(), &c.delivery
	req := &d.Request
	defer c.maskFindings()
	if m == nil {
		return
	}
	if d.Answer != nil && m.Finds(string(d.Answer.Body)) {
		d.Answer.Body = []byte(m.Text(string(d.Answer.Body)))
	}
	if len(req.Body) == 0 || c.masked {
		return
	}
	lim := c.h.opt.Body
	lim.Bytes = maxRefusedPlain
	if err := c.decodeMasked(lim, unread{}); err == nil {
		return
	}
	if packed(c.r.Header) {
		req.Body, req.Opened = nil, nil
		c.note("the body was not kept, because it could not be searched for secrets")
		return
	}
	req.Body = []byte(m.Text(string(req.Body)))
}

// unread ignores the files of a body that is decoded only to be masked.
type unread struct{}

// File implements body.Files.
func (unread) File(meta hook.File, _ io.Reader) (hook.File, error) { return meta, nil }
