package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// identify asks for what the trigger wants to be proven. The caller learns which gate it was, never
// why.
func (c *call) identify() *refusal {
	if g := c.route.basic; g != nil {
		if reason := g.check(c.r); reason != "" {
			return unidentified(problemBasic, reason, g.challenge, "This webhook asks for a user name and a password (HTTP Basic).")
		}
	}
	if g := c.route.token; g != nil {
		if reason := g.check(c.r); reason != "" {
			return unidentified(problemToken, reason, g.challenge, "This webhook asks for a token.")
		}
	}
	return nil
}

func unidentified(gate, reason, challenge, detail string) *refusal {
	return &refusal{
		gate: gate, status: http.StatusUnauthorized, problem: gate, title: "The caller is not proven",
		detail: detail, reason: reason,
		headers: []hook.Header{{Name: "WWW-Authenticate", Value: challenge}},
	}
}
