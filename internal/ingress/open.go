package ingress

import (
	"net/http"
	"strconv"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// maxOpened is the largest decrypted body, in bytes. It is stored in the delivery's row, never in the blob
// store. Providers that encrypt send a few KiB.
const maxOpened = SpoolOver

// open decrypts the body if the preset's provider encrypts it. Request.Body keeps the bytes as received; every
// later gate and the workflow see the decrypted body.
func (c *call) open() *outcome {
	if c.signer == nil || c.question != nil {
		return nil
	}
	opener, ok := c.signer.verifier.(verify.Opener)
	if !ok {
		return nil
	}
	opened, err := opener.Open(c.r.Context(), c.signed(c.signer))
	switch {
	case err != nil:
		return &outcome{
			status: http.StatusBadRequest, problem: problemMalformed, title: "Malformed request",
			detail: "The body cannot be decrypted.", reason: "the body cannot be decrypted: " + err.Error(),
		}
	case len(opened.Body) > maxOpened:
		return tooLarge(maxOpened, "the decrypted body has "+strconv.Itoa(len(opened.Body))+" bytes")
	}
	c.decrypted = true
	req := &c.delivery.Request
	if req.Opened = opened.Body; req.Opened == nil {
		req.Opened = []byte{}
	}
	if opened.Type != "" {
		req.As = opened.Type
	}
	return nil
}

// opened returns the call as handshakes see it: with the decrypted body, if there is one.
func (c *call) opened() verify.Call {
	call := c.signed(c.signer)
	call.Body = c.delivery.Request.Content()
	return call
}

// sealed returns the answer in the form that is sent: encrypted, if the provider encrypts and expects that.
// This covers every answer to a decrypted call, including problems, except the answer to a handshake. The
// delivery records the answer before encryption. An answer that cannot be encrypted is never sent in the clear:
// the sender gets a bare 500.
func (c *call) sealed() answer {
	if !c.decrypted || c.delivery.Outcome == hook.Handshake {
		return c.answer
	}
	sealer, ok := c.signer.verifier.(verify.Sealer)
	if !ok {
		return c.answer
	}
	call := c.signed(c.signer)
	call.At = c.h.opt.Clock.Now()
	reply, err := sealer.Seal(c.r.Context(), call, c.answer.whole())
	if err != nil {
		c.note("the answer could not be encrypted: " + err.Error())
		c.answer, c.unsealed = answer{status: http.StatusInternalServerError}, true
		c.delivery.Status, c.delivery.Answer = c.answer.status, c.answer.recorded()
		return c.answer
	}
	return replied(&reply)
}
