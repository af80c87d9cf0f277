package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// handshake answers a provider that checks whether the endpoint is live. It runs nothing and claims no key.
func (c *call) handshake() *outcome {
	reply := c.question
	if reply == nil && c.signer != nil {
		call := c.opened()
		if h, ok := verify.FindHandshake(c.signer.verifier, call); ok {
			var v verify.Verdict
			if reply, v = h.Answer(c.r.Context(), call); !v.OK() {
				return c.signer.refuse(v)
			}
		}
	}
	switch {
	case reply != nil:
		return &outcome{
			outcome: hook.Handshake, status: reply.Status, reply: reply,
			reason: "the handshake of " + c.signer.preset + " was answered; nothing ran",
		}
	case c.asking: // a gate other than the signature accepted it
		return c.wrongMethod()
	default:
		return nil
	}
}

// wrongMethod rejects a call whose method no route of the endpoint takes.
func (c *call) wrongMethod() *outcome {
	return &outcome{
		gate: "method", status: http.StatusMethodNotAllowed, problem: problemMethod, title: "Method not allowed",
		detail:  "This webhook accepts " + c.endpoint.allow[0] + ".",
		reason:  "the workflow does not take " + c.delivery.Request.Method,
		headers: []hook.Header{{Name: "Allow", Value: c.endpoint.allow[0]}},
	}
}

// pickHandshake returns the route for which the head of a call looks like a provider's handshake, or nil. It is
// used for calls whose method no route takes.
func (p *endpoint) pickHandshake(head verify.Call) *Route {
	for _, r := range p.routes {
		if g, _ := r.findHandshake(head); g != nil {
			return r
		}
	}
	return nil
}

// findHandshake returns the handshake that a call is, and the gate of the provider that sent it. The gate is
// nil if the call is not a handshake.
func (r *Route) findHandshake(call verify.Call) (*signatureGate, verify.Handshake) {
	for _, g := range r.auth.sets() {
		if g.signature == nil {
			continue
		}
		if h, ok := verify.FindHandshake(g.signature.verifier, call); ok {
			return g.signature, h
		}
	}
	return nil, verify.Handshake{}
}

// head returns what is known of a call before its body is read.
func (c *call) head() verify.Call {
	return verify.Call{Method: c.r.Method, Query: c.r.URL.RawQuery, Header: c.r.Header, At: c.now}
}
