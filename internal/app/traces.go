package app

import (
	"net/netip"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/telemetry/otlp"
)

// newTracer creates the exporter of traces, or returns nil if nothing is traced. seed is a secret of the data directory.
func (a *App) newTracer(seed []byte) *otlp.Tracer {
	target, unused := otlp.TargetOf(a.config.OTLPEndpoint, a.opt.Environ)
	if target.URL == "" {
		return nil
	}
	if unused != "" {
		a.log.Warn("traces are sent as JSON over HTTP, which collectors take on port 4318; the variable asks for another protocol", "variable", unused)
	}
	// The operator has named the collector, so it may be at any address.
	o := outbound.Options{Allow: []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0)}}
	if a.config.OutboundProxy {
		o.Proxy = outbound.ProxyFromEnviron(a.opt.Environ)
	}
	return otlp.New(otlp.Options{
		Target: target, Ratio: a.config.TraceRatio, Seed: seed, Version: a.opt.Version,
		Client: outbound.New(o), Load: a.store.Load, Clock: clock.System(), Log: a.log,
	})
}

// engineTracer returns the tracer for the engine, which asks only whether there is one.
func (a *App) engineTracer() run.Tracer {
	if a.tracer == nil {
		return nil
	}
	return a.tracer
}
