package ingress

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// The names of gates in verdicts and deliveries. Those of an alternative are written behind its place:
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
	gateDedupe    = "dedupe"
)

// The codes of verdicts beside verify's reasons.
const (
	codeNotListed = "not-listed"
	codeTooMany   = "too-many"
	codeNotStored = "not-stored" // what the gate checked is not recorded, so it cannot be checked again
)

// passed is the verdict of a gate that said yes.
func passed(gate string) hook.Verdict { return hook.Verdict{Gate: gate, Passed: true} }

// failed is the verdict of a gate that said no.
func failed(gate string, code verify.Reason, detail string) hook.Verdict {
	return hook.Verdict{Gate: gate, Reason: string(code), Detail: detail}
}

// verdict notes what a gate said. As long as every gate of the route says yes the list is one that all
// its calls share; nobody changes it.
func (c *call) verdict(v hook.Verdict) {
	d, all := &c.delivery, c.route.proof.passes
	n := len(d.Verdicts)
	if n < len(all) && all[n] == v && (n == 0 || &d.Verdicts[0] == &all[0]) {
		d.Verdicts = all[: n+1 : n+1]
		return
	}
	if n == cap(d.Verdicts) {
		d.Verdicts = append(make([]hook.Verdict, 0, max(n+1, c.route.proof.gates)), d.Verdicts...)
	}
	d.Verdicts = append(d.Verdicts, v)
}

// passes are the verdicts of a call that passes all of these gates, in the order in which they are
// asked.
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
