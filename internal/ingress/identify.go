package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// identify asks for what can be proven without the body. The caller learns which gate it was, never
// why. HEAD is answered here: providers use it to see whether an address is there (Trello, Intercom),
// and no GET of a caller's means that something should run twice.
func (c *call) identify() *refusal {
	if no := c.lockedOut(); no != nil {
		return no
	}
	if no := c.route.proof.all.early(c); no != nil {
		return c.denied(no)
	}
	if no := c.alternatives(); no != nil {
		return c.denied(no)
	}
	if c.r.Method == http.MethodHead {
		return &refusal{
			gate: gateHead, outcome: hook.Handshake, status: http.StatusOK, reply: &hook.Reply{Status: http.StatusOK},
			reason: "HEAD was answered; nothing ran",
		}
	}
	return nil
}
