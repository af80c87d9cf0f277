package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// identify checks the credentials that need no body. The caller learns which gate failed, but not why. HEAD is
// answered here: providers such as Trello and Intercom use it to check that an address exists, and it must not
// run a workflow.
func (c *call) identify() *outcome {
	if out := c.lockedOut(); out != nil && !c.route.auth.lockedSignature() {
		return out
	} else if out != nil {
		c.lockOut = out
	}
	if out := c.route.auth.all.early(c); out != nil {
		return c.denied(out)
	}
	if out := c.alternatives(); out != nil {
		return c.denied(out)
	}
	if !c.signatureNeeded() {
		if out := c.checkRate(); out != nil { // before the body is read
			return out
		}
	}
	if c.r.Method == http.MethodHead {
		return &outcome{
			gate: gateHead, outcome: hook.Handshake, status: http.StatusOK, reply: &hook.Reply{Status: http.StatusOK},
			reason: "HEAD was answered; nothing ran",
		}
	}
	return nil
}
