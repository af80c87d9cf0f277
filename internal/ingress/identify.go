package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// identify asks for what can be proven without the body. The caller learns which gate it was, never
// why. HEAD is answered here: providers use it to see whether an address is there (Trello, Intercom),
// and no GET of a caller's means that something should run twice.
func (c *call) identify() *outcome {
	if out := c.lockedOut(); out != nil {
		return out
	}
	if out := c.route.auth.all.early(c); out != nil {
		return c.denied(out)
	}
	if out := c.alternatives(); out != nil {
		return c.denied(out)
	}
	if c.r.Method == http.MethodHead {
		return &outcome{
			gate: gateHead, outcome: hook.Handshake, status: http.StatusOK, reply: &hook.Reply{Status: http.StatusOK},
			reason: "HEAD was answered; nothing ran",
		}
	}
	return nil
}
