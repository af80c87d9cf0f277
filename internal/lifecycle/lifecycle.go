// Package lifecycle is the contract of everything that starts and stops. It knows nothing about what
// is started.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
)

// Service is started once and stopped once.
type Service interface {
	// Start returns when the service does its work, or with the reason why it cannot.
	Start(ctx context.Context) error
	// Stop returns when nothing of the service runs any more, or when ctx ends: then it gives up
	// the rest at once.
	Stop(ctx context.Context) error
}

// Part is a named service of a Group.
type Part struct {
	Name    string
	Service Service
}

// Group starts its parts in order and stops them in the opposite order.
type Group struct {
	parts   []Part
	started int
}

// NewGroup returns a group of parts, in starting order.
func NewGroup(parts ...Part) *Group { return &Group{parts: parts} }

// Start starts the parts. When one fails, those already started are stopped again.
func (g *Group) Start(ctx context.Context) error {
	for _, p := range g.parts {
		if err := p.Service.Start(ctx); err != nil {
			return errors.Join(fmt.Errorf("start %s: %w", p.Name, err), g.Stop(ctx))
		}
		g.started++
	}
	return nil
}

// Stop stops what was started, last first, and returns every error.
func (g *Group) Stop(ctx context.Context) error {
	var errs []error
	for g.started > 0 {
		g.started--
		p := g.parts[g.started]
		if err := p.Service.Stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", p.Name, err))
		}
	}
	return errors.Join(errs...)
}
