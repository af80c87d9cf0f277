package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// admit holds the call against what needs nothing but its first line: is the server taking calls,
// and does the address take this method.
func (c *call) admit() *refusal {
	if c.h.draining.Load() {
		return unavailable("the server is shutting down")
	}
	if c.route.takes(c.r.Method) {
		return nil
	}
	no := &refusal{
		gate: "method", status: http.StatusMethodNotAllowed, problem: problemMethod, title: "The method is not allowed",
		detail:  "This webhook takes " + c.place.allow[0] + ".",
		reason:  "the workflow does not take " + c.delivery.Request.Method,
		headers: []hook.Header{{Name: "Allow", Value: c.place.allow[0]}},
	}
	if c.r.Method == http.MethodOptions {
		no.status, no.reason = http.StatusNoContent, "OPTIONS was answered with the methods that are allowed; nothing ran"
	}
	return no
}
