package app

import (
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/outbound"
)

// newClient creates the client of everything that workflows send.
func (a *App) newClient() *outbound.Client {
	c := a.config
	o := outbound.Options{
		Allow: config.Networks(c.AllowOutbound), Ports: config.Ports(c.OutboundPorts), PerHost: c.OutboundPerHost,
	}
	if c.OutboundProxy {
		o.Proxy = outbound.ProxyFromEnviron(a.opt.Environ)
	}
	return outbound.New(o)
}
