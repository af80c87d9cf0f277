package ingress

import (
	"net/http"
	"net/netip"

	"hookline.dev/hookline/internal/clientip"
)

// allowGate accepts calls that come from certain networks.
type allowGate struct {
	at       string // its name in the verdict
	networks []netip.Prefix
}

// serverAllows is the gate's name in verdicts when the server's own list is checked.
const serverAllows = "server.allowIPs"

// foreign reports whether the server's own list excludes the caller's address.
func (c *call) foreign() bool {
	list := c.h.opt.AllowIPs
	return len(list) > 0 && !clientip.Within(list, c.from)
}

// allowedByServer checks the caller's address against the server's list.
func (c *call) allowedByServer() *outcome {
	if len(c.h.opt.AllowIPs) == 0 {
		return nil
	}
	if c.foreign() {
		c.verdict(failed(serverAllows, codeNotListed, c.address()+" is in none of the allowed networks"))
		return c.notAllowed("the server accepts no calls from " + c.address())
	}
	c.verdict(passed(serverAllows))
	return nil
}

// allowed checks the caller's address against the workflow's list.
func (c *call) allowed() *outcome {
	if g := c.route.auth.all.allow; g != nil {
		return g.ask(c)
	}
	return nil
}

// ask accepts a call that comes from one of the networks.
func (g *allowGate) ask(c *call) *outcome {
	if clientip.Within(g.networks, c.from) {
		c.verdict(passed(g.at))
		return nil
	}
	c.verdict(failed(g.at, codeNotListed, c.address()+" is in none of the allowed networks"))
	return c.notAllowed("the workflow accepts no calls from " + c.address())
}

func (c *call) notAllowed(reason string) *outcome {
	return &outcome{
		gate: gateAllow, status: http.StatusForbidden, problem: problemAllowIPs, title: "Address not allowed",
		detail: "Calls from this address are not accepted here.", reason: reason,
	}
}

// address describes the caller's address for a reason.
func (c *call) address() string {
	if ip := c.delivery.Request.IP; ip != "" {
		return ip
	}
	return "an unknown address"
}
