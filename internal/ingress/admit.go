package ingress

import "net/http"

// admit checks everything that needs only the head of the call: whether the server is draining, whether the
// endpoint takes this method (or the call is a handshake that arrives by another one), and whether the address
// and the rate limit allow it.
func (c *call) admit() *outcome {
	if c.h.draining.Load() {
		return unavailable("the server is shutting down")
	}
	if out := c.allowedByServer(); out != nil { // before any answer that tells something about the workflow
		return out
	}
	if c.r.Method == http.MethodOptions {
		return c.options()
	}
	if !c.route.takes(c.r.Method) && !c.asking {
		return c.wrongMethod()
	}
	if out := c.allowed(); out != nil {
		return out
	}
	return c.checkGuard()
}
