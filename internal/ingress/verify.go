package ingress

// verify checks the signatures, once the body has been read.
func (c *call) verify() *outcome {
	all := &c.route.auth.all
	if all.signature != nil {
		if out := all.signature.ask(c); out != nil {
			return c.denied(out)
		}
	}
	c.proofs.all = proof{all, c.secret}
	if out := c.signedAlternatives(); out != nil {
		return c.denied(out)
	}
	c.authenticated()
	return c.checkRate()
}

// signatureNeeded reports, before verify, whether a signature must still be checked.
func (c *call) signatureNeeded() bool {
	return c.route.auth.all.signature != nil || len(c.route.auth.any) > 0 && c.proofs.alternative.gates == nil
}
