package app

import (
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/node/request"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/store"
)

// nodeFiles are the blobs, as nodes see them.
type nodeFiles struct{ store.Blobs }

// Create begins a file.
func (f nodeFiles) Create() (request.File, error) {
	w, err := f.Blobs.Create()
	return nodeFile{w}, err
}

// nodeFile is a blob that is being written.
type nodeFile struct{ store.BlobWriter }

// Keep stores the file under its hash, and pins it.
func (f nodeFile) Keep() (sha256 string, size int64, err error) {
	b, err := f.BlobWriter.Keep()
	return b.SHA256, b.Size, err
}

// newClient creates the client of everything that workflows send.
func (a *App) newClient() *outbound.Client { return outbound.New(a.outboundOptions()) }

// outboundOptions returns the settings of that client.
func (a *App) outboundOptions() outbound.Options {
	c := a.config
	o := outbound.Options{
		Allow: config.Networks(c.AllowOutbound), Ports: config.Ports(c.OutboundPorts), PerHost: c.OutboundPerHost,
	}
	if c.OutboundProxy {
		o.Proxy = outbound.ProxyFromEnviron(a.opt.Environ)
	}
	return o
}
