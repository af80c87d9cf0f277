package catalog

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

// Alter changes collections by calling change. It refuses if an enabled workflow uses something that the change
// would remove: a dropped collection, or a field that wanted no longer contains or contains with another type.
// In that case nothing changes, and the fault.Conflict names each place. No workflow is published at the same
// time.
//
// wanted are definitions to create, or to replace those with the same name. dropped are names.
func (c *Catalog) Alter(wanted []collection.Collection, dropped []string, change func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.mayAlter(wanted, dropped); err != nil {
		return err
	}
	return change()
}

// MayAlter makes only the check of Alter, for a plan.
func (c *Catalog) MayAlter(wanted []collection.Collection, dropped []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mayAlter(wanted, dropped)
}

func (c *Catalog) mayAlter(wanted []collection.Collection, dropped []string) error {
	before, err := c.opt.Store.Collections(context.Background())
	if err != nil {
		return fault.Wrap("catalog.Alter", err)
	}
	if problems := c.broken(fits(before), fits(altered(before, wanted, dropped)), nil); len(problems) > 0 {
		return &fault.Error{Op: "catalog.Alter", Kind: fault.Conflict, Message: "an enabled workflow uses it: " + document.Text(problems)}
	}
	return nil
}

// altered returns the collections after a change.
func altered(before, wanted []collection.Collection, dropped []string) []collection.Collection {
	after := slices.Clone(before)
	after = slices.DeleteFunc(after, func(c collection.Collection) bool {
		return slices.Contains(dropped, c.Name) ||
			slices.ContainsFunc(wanted, func(w collection.Collection) bool { return w.Name == c.Name })
	})
	return append(after, wanted...)
}

// fits returns the check of a workflow against collections.
func fits(all []collection.Collection) func(*document.Compiled) []document.Problem {
	return func(w *document.Compiled) []document.Problem { return w.Fits(all) }
}

// broken reports which uses in the enabled workflows, except the replaced ones, pass a check before a change but not
// after it. A use that did not fit before is no reason to refuse a change.
func (c *Catalog) broken(before, after func(*document.Compiled) []document.Problem, replaced func(key string) bool) []document.Problem {
	var problems []document.Problem
	for _, e := range c.current.Load().list {
		if !e.Live() || replaced != nil && replaced(e.Key) {
			continue
		}
		was := before(e.Compiled)
		for _, p := range after(e.Compiled) {
			if !slices.Contains(was, p) {
				p.Workflow = e.Key
				problems = append(problems, p)
			}
		}
	}
	return problems
}

// misfits reports what a batch would break, and names in it that do not exist.
func (c *Catalog) misfits(b Batch, changes []document.Loaded) ([]document.Problem, error) {
	before, err := c.opt.Store.Collections(context.Background())
	if err != nil {
		return nil, fault.Wrap("catalog.Publish", err)
	}
	after := altered(before, b.Collections, nil)
	channelsBefore, channelsAfter := c.channelsAfter(b)
	var problems []document.Problem
	own := make(map[string]bool, len(changes))
	for _, wf := range changes {
		own[wf.Workflow.Key] = true
		problems = append(problems, wf.Fits(after)...)
		problems = append(problems, wf.FitsChannels(channelsAfter)...)
	}
	replaced := func(key string) bool { return own[key] }
	problems = append(problems, c.broken(fits(before), fits(after), replaced)...)
	gone := func(key string) bool {
		e := c.current.Load().byKey[key]
		return own[key] || (b.Directory || b.Applied) && b.Prune && b.owns(e.Source) && !e.Edited()
	}
	return append(problems, c.broken(fitsChannels(channelsBefore), fitsChannels(channelsAfter), gone)...), nil
}
