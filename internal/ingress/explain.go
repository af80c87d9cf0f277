package ingress

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"net/netip"
	"strconv"

	"hookline.dev/hookline/internal/clientip"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/vault"
	"hookline.dev/hookline/internal/verify"
)

// Explanation tells an operator why a recorded call was accepted or rejected. It contains no secret.
type Explanation struct {
	Workflow string       // the workflow that would take such a call today; "": none
	Route    string       // the workflow's address, with {name} segments
	Params   []hook.Param // the values of those segments
	Reason   string       // why no workflow takes it

	IP        string         // as recorded
	Chain     []string       // hook.Delivery.Chain
	DedupeKey string         // as recorded
	Verdicts  []hook.Verdict // as recorded

	// Today is the verdict of every gate on the recorded call, with today's configuration and the time of the
	// call. Passwords and tokens cannot be checked again because they are not stored.
	Today []hook.Verdict
	// Hypotheses are possible reasons why a signature is wrong, the likeliest first.
	Hypotheses []verify.Hypothesis
}

// Explain evaluates the gates again on a recorded call. others are additional secrets that the call may have
// been signed with, keyed by the names to show. Explain records and counts nothing.
func (h *Handler) Explain(ctx context.Context, d hook.Delivery, others map[string]string) Explanation {
	e := Explanation{IP: d.Request.IP, Chain: d.Chain, DedupeKey: d.DedupeKey, Verdicts: d.Verdicts}
	t := h.table.Load()
	endpoint, values := t.find(d.Request.Path)
	if endpoint == nil {
		e.Reason = h.whyUnmatched(t, d.Request.Path, h.opt.Clock.Now())
		return e
	}
	r := endpoint.pick(d.Request.Method)
	if r == nil {
		r = endpoint.pickHandshake(recordedCall(&d.Request))
	}
	if r == nil {
		e.Reason = "the address accepts " + endpoint.allow[0]
		return e
	}
	e.Workflow, e.Params, e.Route = r.key, r.params(values), hooksPrefix+r.key
	if len(values) > 0 || d.Request.Path == hooksPrefix+trimSlash(r.path) {
		e.Route = hooksPrefix + trimSlash(r.path)
	}
	a := recorded{h: h, d: &d, from: plainOf(d.Request.IP)}
	if len(h.opt.AllowIPs) > 0 {
		a.allow(&allowGate{at: serverAllows, networks: h.opt.AllowIPs})
	}
	for _, g := range r.auth.sets() {
		a.ask(ctx, g)
	}
	a.data(r)
	e.Today = a.said
	for _, g := range a.wrong {
		if x, ok := g.verifier.(verify.Explainer); ok {
			e.Hypotheses = append(e.Hypotheses, x.Explain(ctx, a.signed(g), t.secrets(g, others))...)
		}
	}
	return e
}

func trimSlash(path string) string {
	if path == "" {
		return ""
	}
	return path[1:]
}

func plainOf(ip string) netip.Addr {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return netip.Addr{}
	}
	return clientip.Plain(addr)
}

// recorded evaluates gates on a recorded call.
type recorded struct {
	h     *Handler
	d     *hook.Delivery
	from  netip.Addr
	said  []hook.Verdict
	wrong []*signatureGate
}

func (a *recorded) say(v hook.Verdict) { a.said = append(a.said, v) }

func (a *recorded) ask(ctx context.Context, g *gates) {
	if g.allow != nil {
		a.allow(g.allow)
	}
	if g.basic != nil {
		a.forgotten(g.basic.at, g.basic.closed, "the password is not recorded, so it cannot be checked again")
	}
	if g.token != nil {
		a.forgotten(g.token.at, g.token.closed, "the token is not recorded, so it cannot be checked again")
	}
	if g.signature != nil {
		a.signature(ctx, g.signature)
	}
}

func (a *recorded) allow(g *allowGate) {
	if clientip.Within(g.networks, a.from) {
		a.say(passed(g.at))
	} else {
		a.say(failed(g.at, codeNotListed, a.d.Request.IP+" is in none of the allowed networks"))
	}
}

func (a *recorded) forgotten(at, closed, detail string) {
	if closed != "" {
		a.say(failed(at, verify.NoSecret, closed))
	} else {
		a.say(failed(at, codeNotStored, detail))
	}
}

// headersCut is why a gate that reads the head of a call cannot be checked again.
const headersCut = "it cannot be checked again: the call's headers or URL were so long that they were cut when it was recorded"

func (a *recorded) signature(ctx context.Context, g *signatureGate) {
	call := a.signed(g)
	h, asked := verify.FindHandshake(g.verifier, call)
	if g.closed == "" && (g.showsToken() || asked && len(h.SecretHeaders)+len(h.SecretQuery) > 0) {
		a.forgotten(g.at, "", "the token is not recorded, so it cannot be checked again")
		return
	}
	if a.d.BodyGone() {
		a.say(failed(g.at, codeNotStored, "the body is not recorded, so the signature cannot be checked again"))
		return
	}
	_, v := verify.Check(ctx, g.verifier, call)
	if !v.OK() && a.d.HeadCut() {
		a.say(failed(g.at, codeNotStored, headersCut))
		return
	}
	if !v.OK() && bytes.Contains(call.Body, []byte(vault.Mask)) {
		a.say(failed(g.at, codeNotStored, "the body is recorded without a secret that it had, so the signature cannot be checked again"))
		return
	}
	a.say(g.verdict(v))
	if !v.OK() {
		a.wrong = append(a.wrong, g)
	}
}

// signed returns the recorded call in the form that its signature may cover. The stored query lacks the
// parameters that a gate checks, so a URL that was signed with them cannot be rebuilt.
func (a *recorded) signed(g *signatureGate) verify.Call {
	req := &a.d.Request
	target := req.Path
	if req.Query != "" {
		target += "?" + req.Query
	}
	url := "https://" + req.Host + target
	switch {
	case g.url != "":
		url = withQuery(g.url, req.Query)
	case a.h.opt.PublicURL != "":
		url = a.h.opt.PublicURL + target
	}
	call := recordedCall(req)
	call.URL = url
	return call
}

// recordedCall returns a recorded call without its URL.
func recordedCall(req *hook.Request) verify.Call {
	return verify.Call{Method: req.Method, Query: req.Query, Header: headerOf(req.Headers), Body: req.Body, At: req.ReceivedAt}
}

// secrets collects the secrets of all routes except those of one gate, keyed by the names to show.
func (t *table) secrets(but *signatureGate, others map[string]string) map[string]string {
	all := maps.Clone(others)
	if all == nil {
		all = make(map[string]string)
	}
	for _, r := range t.all {
		for _, g := range r.auth.sets() {
			if g.signature == nil || g.signature == but {
				continue
			}
			for i, secret := range g.signature.config.Secrets {
				if secret != "" {
					all["workflow "+r.key+", secret "+strconv.Itoa(i+1)] = secret
				}
			}
		}
	}
	return all
}

// headerOf builds a header from recorded lines.
func headerOf(lines []hook.Header) http.Header {
	header := make(http.Header, len(lines))
	for _, line := range lines {
		header.Add(line.Name, line.Value)
	}
	return header
}
