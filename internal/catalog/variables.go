package catalog

import (
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

// Renew calls the functions of OnChannels and OnChange again, because variables have changed.
func (c *Catalog) Renew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.current.Load()
	for _, tell := range c.channels {
		tell(now.channels)
	}
	for _, tell := range c.changed {
		tell(now.list)
	}
}

// MayBeSecret returns a fault.Conflict if a published workflow uses a variable in a field that is not for secrets, so
// that the variable must stay plain.
func (c *Catalog) MayBeSecret(name string) error {
	var problems []document.Problem
	for _, e := range c.current.Load().list {
		if e.Compiled == nil {
			continue
		}
		for _, use := range e.Compiled.PlainUses {
			if use.Name == name {
				problems = append(problems, document.Problem{Workflow: e.Key, Path: use.Path, Message: "is not a field for secrets"})
			}
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &fault.Error{Op: "catalog.MayBeSecret", Kind: fault.Conflict, Message: "the variable " + name + " must stay plain: " + document.Text(problems)}
}
