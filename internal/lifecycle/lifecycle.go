// Package lifecycle defines the contract for everything that starts and stops. It knows nothing about the services
// themselves.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
)

// Service is started once and stopped once.
type Service interface {
	// Start returns once the service is running, or with the reason why it cannot run.
	Start(ctx context.Context) error
	// Stop returns once nothing of the service is running, or when ctx ends: it then abandons the rest at once.
	Stop(ctx context.Context) error
}

// Part is a named service of a Group.
type Part struct {
	Name    string
	Service Service
}

// Group starts its parts in order and stops them in reverse order. It is not safe for concurrent use.
type Group struct {
	parts   []Part
	started int
}

// NewGroup returns a group of parts, in starting order.
func NewGroup(parts ...Part) *Group { return &Group{parts: parts} }

// Start starts the parts. If one fails, it stops those already started and returns all errors.
func (g *Group) Start(ctx context.Context) error {
	for _, p := range g.parts {
		if err := p.Service.Start(ctx); err != nil {
			return errors.Join(fmt.Errorf("start %s: %w", p.Name, err), g.Stop(ctx))
		}
		g.started++
	}
	return nil
}

// Stop stops the parts that were started, last first, and returns every error.
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
