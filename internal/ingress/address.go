package ingress

// locate finds the caller's address.
func (c *call) locate() {
	from := c.h.proxies.Locate(c.r.RemoteAddr, c.r.Header)
	c.from, c.proxy = from.Addr, from.Proxy
	c.delivery.Request.IP, c.delivery.Chain = from.IP, from.Chain
}
