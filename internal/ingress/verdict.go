package ingress

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// The names of gates in verdicts and deliveries. For a gate of an alternative, the name begins with its index:
// any[0].basic.
const (
	gateAllow     = "allowIPs"
	gateBasic     = "basic"
	gateToken     = "token"
	gateSignature = "signature"
	gateRate      = "rateLimit"
	gateLock      = "lockout"
	gateCORS      = "cors"
	gateEvents    = "cloudevents"
	gateHead      = "head"
	gateFilter    = "filter"
	gateDedupe    = "dedupe"
)

// Codes of verdicts in addition to verify's reasons.
const (
	codeNotListed = "not-listed"
	codeTooMany   = "too-many"
	codeNotStored = "not-stored" // the value is not recorded, so it cannot be checked again
)

// passed returns the verdict of a gate that accepts a call.
func passed(gate string) hook.Verdict { return hook.Verdict{Gate: gate, Passed: true} }

// failed returns the verdict of a gate that rejects a call.
func failed(gate string, code verify.Reason, detail string) hook.Verdict {
	return hook.Verdict{Gate: gate, Reason: string(code), Detail: detail}
}

// verdict adds the verdict of a gate. While every gate passes, the list is shared by all calls of the route and
// is never modified.
func (c *call) verdict(v hook.Verdict) {
	d, all := &c.delivery, c.route.auth.passes
	n := len(d.Verdicts)
	if n < len(all) && all[n] == v && (n == 0 || &d.Verdicts[0] == &all[0]) {
		d.Verdicts = all[: n+1 : n+1]
		return
	}
	if n == cap(d.Verdicts) {
		d.Verdicts = append(make([]hook.Verdict, 0, max(n+1, c.route.auth.verdicts)), d.Verdicts...)
	}
	d.Verdicts = append(d.Verdicts, v)
}

// passes returns the verdicts of a call that passes all of these gates, in the order in which they are checked.
func (g *gates) passes() (list []hook.Verdict) {
	if g.allow != nil {
		list = append(list, passed(g.allow.at))
	}
	if g.basic != nil {
		list = append(list, passed(g.basic.at))
	}
	if g.token != nil {
		list = append(list, passed(g.token.at))
	}
	if s := g.signature; s != nil && len(s.fits) == 0 {
		list = append(list, s.verdict(verify.Verdict{}))
	}
	return list
}
