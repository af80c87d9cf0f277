package catalog

import (
	"fmt"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

// Batch is what one load publishes.
type Batch struct {
	Workflows   []document.Loaded
	Collections []collection.Collection
	Channels    []document.LoadedChannel
	// Directory marks a batch that contains everything in its directory. Workflows and channels that came from a
	// directory earlier and are not in the batch have been removed.
	Directory bool
	Prune     bool // disable removed workflows, delete removed channels
}

// Report lists what a load changed.
type Report struct {
	Published []string // keys whose revision changed
	Unchanged []string
	Removed   []string // keys whose file no longer exists
	Disabled  []string // those of them that were disabled
	Channels  ChannelReport
}

// Publish checks a batch as a whole. It publishes the whole batch, or refuses it with every reason. A workflow
// whose content has not changed stays as it is, even if an operator disabled it. Channels are created before the
// workflows that may use them are published, and deleted after the workflows that used them have changed.
func (c *Catalog) Publish(b Batch) (Report, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changes, err := c.check(b)
	if err != nil {
		return Report{}, err
	}
	if len(b.Collections) > 0 {
		if _, err := c.opt.Store.Redefine(store.Redefinition{Wanted: b.Collections}); err != nil {
			return Report{}, fault.Wrap("catalog.Publish", err)
		}
	}
	var r Report
	if err := c.putChannels(b, &r.Channels); err != nil {
		return Report{}, err
	}
	var writes []store.Publication
	for _, wf := range changes {
		was := c.current.Load().byKey[wf.Workflow.Key]
		if was != nil && was.Revision == wf.Workflow.Revision && was.Source == sourceOf(wf) {
			r.Unchanged = append(r.Unchanged, wf.Workflow.Key)
			continue
		}
		r.Published = append(r.Published, wf.Workflow.Key)
		writes = append(writes, store.Publication{
			Published: store.Published{
				Key: wf.Workflow.Key, Enabled: c.willBeEnabled(wf), Revision: wf.Workflow.Revision, FileRevision: wf.Workflow.Revision,
				Document: wf.Workflow.Document, Source: sourceOf(wf), UpdatedAt: c.opt.Now(),
			},
			Origin: sourceOf(wf), Replaces: store.AnyVersion,
		})
	}
	if len(writes) > 0 {
		if err := c.opt.Store.Publish(writes); err != nil {
			return Report{}, fault.Wrap("catalog.Publish", err)
		}
	}
	if err := c.drop(b, changes, &r); err != nil {
		return r, err
	}
	if err := c.dropChannels(b, &r.Channels); err != nil {
		return r, err
	}
	return r, c.reload()
}

// check looks for conflicts with what is published and with rules that only Check knows; document.Load has
// checked the batch itself. It returns the workflows with their final keys.
func (c *Catalog) check(b Batch) ([]document.Loaded, error) {
	var problems []document.Problem
	var changes []document.Loaded
	var enabled []flow.Workflow
	replaced := make(map[string]flow.Workflow, len(b.Workflows))
	sources := make(map[string]document.Source, len(b.Workflows))
	for _, wf := range b.Workflows {
		wf = c.keep(wf)
		key := wf.Workflow.Key
		replaced[key], sources[key] = wf.Workflow, wf.Source
		changes = append(changes, wf)
		if c.opt.Check != nil {
			if err := c.opt.Check(wf.Workflow); err != nil {
				problems = append(problems, wf.Source.Place([]document.Problem{{Message: fault.Message(err)}})...)
			}
		}
		if c.willBeEnabled(wf) {
			enabled = append(enabled, wf.Workflow)
		}
	}
	for _, p := range document.Conflicts(c.claims(enabled, replaced)) {
		problems = append(problems, sources[p.Workflow].Place([]document.Problem{p})...)
	}
	problems = append(problems, c.handlers(changes, replaced)...)
	misfits, err := c.misfits(b, changes)
	if err != nil {
		return nil, err
	}
	if problems = append(problems, misfits...); len(problems) > 0 {
		return nil, &fault.Error{Op: "catalog.Publish", Kind: fault.Conflict, Message: document.Text(problems)}
	}
	return changes, nil
}

// keep assigns a workflow with a generated key the key that the same document got before.
func (c *Catalog) keep(wf document.Loaded) document.Loaded {
	if !wf.Generated {
		return wf
	}
	for _, e := range c.current.Load().list {
		if e.Source == sourceOf(wf) {
			wf.Workflow = document.WithKey(wf.Workflow, e.Key)
		}
	}
	return wf
}

// sourceOf names the source of a workflow. Documents without their own key are distinguished by their position
// in the file.
func sourceOf(wf document.Loaded) string {
	if wf.Generated {
		return fmt.Sprintf("%s#%d", wf.Source.File, wf.Source.Index)
	}
	return wf.Source.File
}

// willBeEnabled reports whether a workflow will take calls once it is published.
func (c *Catalog) willBeEnabled(wf document.Loaded) bool {
	if was := c.current.Load().byKey[wf.Workflow.Key]; was != nil && was.Revision == wf.Workflow.Revision {
		return was.Enabled
	}
	return wf.Workflow.Enabled
}

// drop handles workflows whose file no longer exists.
func (c *Catalog) drop(b Batch, changes []document.Loaded, r *Report) error {
	if !b.Directory {
		return nil
	}
	here := make(map[string]bool, len(changes))
	for _, s := range changes {
		here[s.Workflow.Key] = true
	}
	for _, e := range c.current.Load().list {
		if e.Source == "" || here[e.Key] {
			continue
		}
		r.Removed = append(r.Removed, e.Key)
		if !b.Prune || !e.Enabled {
			continue
		}
		if err := c.opt.Store.SetEnabled(e.Key, false); err != nil {
			return fault.Wrap("catalog.Publish", err)
		}
		r.Disabled = append(r.Disabled, e.Key)
	}
	return nil
}
