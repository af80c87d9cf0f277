package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// The names of verdicts that only an explanation has: when a call is taken, their gates speak by
// refusing it.
const (
	gateDecode = "decode"
	gateSchema = "schema"
	gateFilter = "filter"
)

// codeRefused is the code of what a gate about the data says no to; the detail says why.
const codeRefused verify.Reason = "refused"

// data asks what looks at the data of a recorded call: its body, schema, filter and key.
func (a *recorded) data(r *Route) {
	if r.schema == nil && r.filter == nil && r.dedupe.off {
		return
	}
	asked := recordedCall(&a.d.Request)
	asked.Body = a.d.Request.Content()
	if g, _ := r.findHandshake(asked); g != nil {
		return // it is answered before
	}
	if a.bodyGone() {
		if r.schema != nil || r.filter != nil {
			a.say(failed(gateDecode, codeNotStored, "the body is not recorded, so its data cannot be checked again"))
		}
		return
	}
	context, err := body.Context(a.d.Request)
	if err != nil {
		a.say(failed(gateDecode, codeRefused, fault.Message(err)))
		return
	}
	c := &call{
		h: a.h, route: r, r: &http.Request{Method: a.d.Request.Method, Header: headerOf(a.d.Request.Headers)},
		context: context, now: a.d.Request.ReceivedAt, signer: r.signer(),
	}
	if r.schema != nil {
		a.heard(gateSchema, c.validate(), "")
	}
	if r.filter != nil {
		out := c.filter()
		a.heard(gateFilter, out, c.delivery.Reason)
		c.delivery.Reason = ""
	}
	if out := c.dedupeKey(); out != nil || c.delivery.DedupeKey != "" || c.delivery.Reason != "" {
		if c.delivery.DedupeKey != "" {
			c.note("the key is " + c.delivery.DedupeKey)
		}
		a.heard(gateDedupe, out, c.delivery.Reason)
	}
}

// heard notes what a gate of the column says.
func (a *recorded) heard(gate string, out *outcome, detail string) {
	if out != nil {
		a.say(failed(gate, codeRefused, out.reason))
		return
	}
	a.say(hook.Verdict{Gate: gate, Passed: true, Detail: detail})
}

// signer is the first signature that the route asks for.
func (r *Route) signer() *signatureGate {
	for _, g := range r.auth.sets() {
		if g.signature != nil {
			return g.signature
		}
	}
	return nil
}
