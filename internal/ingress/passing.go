package ingress

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/vault"
	"hookline.dev/hookline/internal/verify"
)

// Passing says whether a recorded call, which was refused, would be accepted with today's configuration.
type Passing struct {
	Workflow string // that would take it; "": none
	Passes   bool
	// Unknown means that this cannot be told, because a part of the call that a gate needs is not recorded.
	Unknown bool
	Gate    string // the gate that refuses it, or that cannot be checked; "" if it passes
	Reason  string // a sentence, for the operator

	// What an execution of the call needs, if it passes.
	Request  hook.Request  // as recorded, with what today's preset says about its body, and decrypted
	Key      string        // the dedupe key as recorded with a delivery; "" for a call without one
	Dedupe   *store.Dedupe // claims that key, so that a call which came through since does not run again; nil: none is claimed
	Revision string
}

// WouldPass checks a recorded call again: its address, signature, body, schema and filter. The time is that of the call, so
// a signature is not stale. A password or token that was right then counts as right, because it is not recorded. WouldPass
// records and counts nothing.
func (h *Handler) WouldPass(ctx context.Context, d hook.Delivery) Passing {
	endpoint, _ := h.table.Load().find(d.Request.Path)
	if endpoint == nil {
		return refusal("match", "no enabled workflow has this address")
	}
	r := endpoint.pick(d.Request.Method)
	if r == nil {
		return refusal("method", "the address accepts "+endpoint.allow[0])
	}
	p := Passing{Workflow: r.key, Revision: r.revision, Request: d.Request}
	switch {
	case d.HeadCut():
		return p.unknown(gateHead, headersCut)
	case d.BodyGone():
		return p.unknown("capture", "the body is not recorded")
	case bytes.Contains(d.Request.Body, []byte(vault.Mask)):
		return p.unknown("capture", "the body is recorded without a secret that it had")
	case strings.HasPrefix(body.MediaType(d.Request.ContentType), "multipart/"):
		return p.unknown("decode", "the files of a refused call are not recorded")
	}
	a := recorded{h: h, d: &d, from: plainOf(d.Request.IP)}
	if len(h.opt.AllowIPs) > 0 {
		a.allow(&allowGate{at: serverAllows, networks: h.opt.AllowIPs})
	}
	a.ask(ctx, &r.auth.all)
	if p.settles(a.judge()) {
		return p
	}
	signer := r.auth.all.signature
	if len(r.auth.any) > 0 {
		var settled bool
		if signer, settled = p.alternatives(ctx, &a, r, signer); settled {
			return p
		}
	}
	p.content(ctx, &a, r, signer)
	return p
}

func refusal(gate, reason string) Passing { return Passing{Gate: gate, Reason: reason} }

func (p Passing) unknown(gate, reason string) Passing {
	p.Unknown, p.Gate, p.Reason = true, gate, reason
	return p
}

// judge returns the first verdict that refuses the call, or else the first that cannot be checked. ok means that there is
// neither.
func (a *recorded) judge() (v hook.Verdict, ok bool) {
	found := hook.Verdict{}
	for _, v := range a.said {
		switch {
		case v.Passed || v.Observed || a.passedThen(v):
		case v.Reason != string(codeNotStored):
			return v, false
		case found.Gate == "":
			found = v
		}
	}
	return found, found.Gate == ""
}

// passedThen reports whether the gate, which cannot be checked again, let the call pass when it came.
func (a *recorded) passedThen(v hook.Verdict) bool {
	if v.Reason != string(codeNotStored) {
		return false
	}
	for _, then := range a.d.Verdicts {
		if then.Gate == v.Gate && then.Passed {
			return true
		}
	}
	return false
}

// settles takes over a verdict against the call, and reports whether there is one.
func (p *Passing) settles(v hook.Verdict, ok bool) bool {
	if ok {
		return false
	}
	p.Gate, p.Reason, p.Unknown = v.Gate, v.Detail, v.Reason == string(codeNotStored)
	if p.Reason == "" {
		p.Reason = v.Reason
	}
	return true
}

// alternatives finds the first alternative that passes, and its signature. If none does, one that cannot be checked makes
// the answer unknown.
func (p *Passing) alternatives(ctx context.Context, a *recorded, r *Route, signer *signatureGate) (*signatureGate, bool) {
	var first, open *hook.Verdict
	for i := range r.auth.any {
		one := recorded{h: a.h, d: a.d, from: a.from}
		one.ask(ctx, &r.auth.any[i])
		v, ok := one.judge()
		switch {
		case ok && r.auth.any[i].signature != nil:
			return r.auth.any[i].signature, false
		case ok:
			return signer, false
		case v.Reason == string(codeNotStored) && open == nil:
			open = &v
		case first == nil:
			first = &v
		}
	}
	if open != nil {
		first = open
	}
	p.settles(*first, false)
	return nil, true
}

// content checks what the call contains.
func (p *Passing) content(ctx context.Context, a *recorded, r *Route, signer *signatureGate) {
	req := &p.Request
	req.Form, req.As = r.form, r.as
	if signer != nil && req.Opened == nil {
		if opener, ok := signer.verifier.(verify.Opener); ok {
			opened, err := opener.Open(ctx, a.signed(signer))
			if err != nil {
				p.Gate, p.Reason = "open", "the body cannot be decrypted: "+err.Error()
				return
			}
			req.Opened = append([]byte{}, opened.Body...)
			if opened.Type != "" {
				req.As = opened.Type
			}
		}
	}
	asked := recordedCall(req)
	asked.Body = req.Content()
	if g, _ := r.findHandshake(asked); g != nil {
		p.Gate, p.Reason = "handshake", "it is a handshake; nothing would run"
		return
	}
	c := &call{
		h: a.h, route: r, r: (&http.Request{Method: req.Method, Header: headerOf(req.Headers)}).WithContext(ctx),
		now: req.ReceivedAt, signer: signer, delivery: hook.Delivery{Request: *req},
	}
	switch limit := c.bodyLimit(); {
	case len(req.Body) > 0 && !r.takesType(body.MediaType(req.ContentType)):
		p.Gate, p.Reason = "decode", "the workflow does not take the content type "+req.ContentType
		return
	case int64(len(req.Body)) > limit:
		p.Gate, p.Reason = "capture", "the body is larger than the workflow takes"
		return
	}
	var err error
	if c.context, err = body.Context(*req); err != nil {
		p.Gate, p.Reason = "decode", fault.Message(err)
		return
	}
	if out := c.validate(); out != nil {
		p.Gate, p.Reason = gateSchema, out.reason
		return
	}
	if r.filter != nil {
		if no, _ := c.filtered(); no != "" {
			p.Gate, p.Reason = gateFilter, no
			return
		}
	}
	if out := c.dedupeKey(); out != nil {
		p.Gate, p.Reason = gateDedupe, out.reason
		return
	}
	p.Passes, p.Key = true, c.delivery.DedupeKey
	if p.Key != "" && !c.bound {
		// A key that the sender chose is bound to its credential, which is not recorded. Claimed without that, it would give
		// anybody who knows the key the answer to this call.
		p.Dedupe = &store.Dedupe{Key: c.claim, Expires: a.h.opt.Clock.Now().Add(r.dedupe.window)}
	}
}
