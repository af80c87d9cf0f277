package ingress

import "net/http"

// admit checks what needs nothing but the head of the call: does the server take calls, does the endpoint
// take this method, or is the call a handshake that comes by another one, may the address call, and not
// too often.
func (c *call) admit() *outcome {
	if c.h.draining.Load() {
		return unavailable("the server is shutting down")
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
	return c.checkRate()
}
