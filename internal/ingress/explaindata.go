package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// The names of verdicts that appear only in explanations. For a live call, these gates leave no verdict: they
// reject the call.
const (
	gateDecode = "decode"
	gateSchema = "schema"
)

// codeRefused is the code for any rejection by a gate that checks the data; the detail gives the reason.
const codeRefused verify.Reason = "refused"

// data evaluates the gates that check the data of a recorded call: its body, schema, filter and key.
func (a *recorded) data(r *Route) {
	if r.schema == nil && r.filter == nil && r.dedupe.off {
		return
	}
	asked := recordedCall(&a.d.Request)
	asked.Body = a.d.Request.Content()
	if g, _ := r.findHandshake(asked); g != nil {
		return // a handshake is answered before these gates
	}
	if a.d.BodyGone() {
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
		no, _ := c.filtered()
		switch {
		case no != "" && a.d.HeadCut(): // the filter may read a header that is gone
			a.say(failed(gateFilter, codeNotStored, headersCut))
		case no != "":
			a.say(failed(gateFilter, codeRefused, no))
		default:
			a.say(passed(gateFilter))
		}
	}
	if r.dedupe.off {
		return
	}
	if a.d.HeadCut() {
		a.say(failed(gateDedupe, codeNotStored, headersCut))
		return
	}
	if out := c.dedupeKey(); out != nil || c.delivery.DedupeKey != "" || c.delivery.Reason != "" {
		if c.delivery.DedupeKey != "" {
			c.note("the key is " + c.delivery.DedupeKey)
		}
		a.heard(gateDedupe, out, c.delivery.Reason)
	}
}

// heard adds the verdict of a gate of the column.
func (a *recorded) heard(gate string, out *outcome, detail string) {
	if out != nil {
		a.say(failed(gate, codeRefused, out.reason))
		return
	}
	a.say(hook.Verdict{Gate: gate, Passed: true, Detail: detail})
}

// signer returns the first signature that the route requires.
func (r *Route) signer() *signatureGate {
	for _, g := range r.auth.sets() {
		if g.signature != nil {
			return g.signature
		}
	}
	return nil
}
