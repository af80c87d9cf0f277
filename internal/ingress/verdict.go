package ingress

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// The names of gates in verdicts and deliveries. The name of a gate of an alternative begins with its
// index: any[0].basic.
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

// passed is the verdict of a gate that lets a call through.
func passed(gate string) hook.Verdict { return hook.Verdict{Gate: gate, Passed: true} }

// failed is the verdict of a gate that refuses a call.
func failed(gate string, code verify.Reason, detail string) hook.Verdict {
	return hook.Verdict{Gate: gate, Reason: string(code), Detail: detail}
}

// verdict notes the verdict of a gate. While every gate of the route passes, the list is one that all its
// calls share; nobody changes it.
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
