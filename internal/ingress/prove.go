package ingress

import "hookline.dev/hookline/internal/hook"

// verify asks for the signatures, now that the body is there.
func (c *call) verify() *outcome {
	if g := c.route.proof.all.signature; g != nil {
		if out := g.ask(c); out != nil {
			return c.denied(out)
		}
	}
	if out := c.signedAlternatives(); out != nil {
		return c.denied(out)
	}
	c.proven()
	return nil
}

// handshake lets the preset whose signature passed answer a provider that only asks whether it is
// heard. Nothing runs, and no key is claimed.
func (c *call) handshake() *outcome {
	if c.signer == nil || c.signer.handshaker == nil {
		return nil
	}
	reply := c.signer.handshaker.Handshake(c.signed(c.signer))
	if reply == nil {
		return nil
	}
	return &outcome{
		outcome: hook.Handshake, status: reply.Status, reply: reply,
		reason: "the handshake of " + c.signer.preset + " was answered; nothing ran",
	}
}
