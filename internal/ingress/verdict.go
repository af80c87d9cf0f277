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

// verdict notes what a gate said.
func (c *call) verdict(v hook.Verdict) {
	d := &c.delivery
	if d.Verdicts == nil {
		d.Verdicts = make([]hook.Verdict, 0, c.route.proof.gates+min(1, len(c.h.opt.AllowIPs)))
	}
	d.Verdicts = append(d.Verdicts, v)
}
