package ingress

// verify checks the signatures, once the body has been read.
func (c *call) verify() *outcome {
	if g := c.route.auth.all.signature; g != nil {
		if out := g.ask(c); out != nil {
			return c.denied(out)
		}
	}
	if out := c.signedAlternatives(); out != nil {
		return c.denied(out)
	}
	c.authenticated()
	return nil
}
