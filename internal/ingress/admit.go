package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// admit holds the call against what needs nothing but its head: is the server taking calls, does the
// address take this method, may the caller call at all, and not too often.
func (c *call) admit() *outcome {
	if c.h.draining.Load() {
		return unavailable("the server is shutting down")
	}
	if c.r.Method == http.MethodOptions {
		return c.options()
	}
	if !c.route.takes(c.r.Method) {
		return &outcome{
			gate: "method", status: http.StatusMethodNotAllowed, problem: problemMethod, title: "Method not allowed",
			detail:  "This webhook accepts " + c.endpoint.allow[0] + ".",
			reason:  "the workflow does not take " + c.delivery.Request.Method,
			headers: []hook.Header{{Name: "Allow", Value: c.endpoint.allow[0]}},
		}
	}
	if out := c.allowed(); out != nil {
		return out
	}
	return c.checkRate()
}
