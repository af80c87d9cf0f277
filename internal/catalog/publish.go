package catalog

import (
	"fmt"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
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
	// Applied marks a batch that came over the API. It contains everything that was applied before, if Prune is set.
	Applied bool
	By      string // who applied it
	// Take decides about a workflow that was edited over the API and whose document changed, too. nil: nobody has
	// decided.
	Take    func(key string) Side
	Lenient bool // without a decision, keep what is published instead of refusing the batch
	Dry     bool // only report
}

// Report lists what a load changed.
type Report struct {
	Published []string // keys whose revision changed
	Unchanged []string
	Removed   []string // keys whose file no longer exists
	Disabled  []string // those of them that were disabled
	Kept      []string // keys that were edited over the API and stay so
	Conflicts []Conflict
	Changes   []Change // of documents, sorted by the order of the batch
	Channels  ChannelReport
	// Collections are the changes of collections.
	Collections []collection.Change
}

// Change is a document that replaces another.
type Change struct {
	Key           string
	Before, After value.Value // Before is missing for a new workflow
}

// Publish checks a batch as a whole. It publishes the whole batch, or refuses it with every reason. A workflow
// whose content has not changed stays as it is, even if an operator disabled it. Channels are created before the
// workflows that may use them are published, and deleted after the workflows that used them have changed.
func (c *Catalog) Publish(b Batch) (Report, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r Report
	dismissed, problems := c.settle(&b, &r)
	changes, err := c.check(b, problems)
	if err != nil {
		return Report{Conflicts: r.Conflicts}, err
	}
	if len(b.Collections) > 0 {
		if r.Collections, err = c.opt.Store.Redefine(store.Redefinition{Wanted: b.Collections, Dry: b.Dry}); err != nil {
			return Report{}, fault.Wrap("catalog.Publish", err)
		}
	}
	if err := c.putChannels(b, &r.Channels); err != nil {
		return Report{}, err
	}
	writes := c.publications(b, changes, &r)
	if !b.Dry {
		if err := c.write(writes, dismissed); err != nil {
			return Report{}, err
		}
	}
	if err := c.drop(b, changes, &r); err != nil {
		return r, err
	}
	if err := c.dropChannels(b, &r.Channels); err != nil || b.Dry {
		return r, err
	}
	return r, c.reload()
}

// publications returns what has to be written for the workflows of a batch.
func (c *Catalog) publications(b Batch, changes []document.Loaded, r *Report) (writes []store.Publication) {
	for _, wf := range changes {
		was := c.current.Load().byKey[wf.Workflow.Key]
		next := b.publication(wf, was)
		change := Change{Key: wf.Workflow.Key, After: wf.Workflow.Document}
		switch {
		case was == nil:
			r.Published, r.Changes = append(r.Published, wf.Workflow.Key), append(r.Changes, change)
		case was.Revision != next.Revision:
			change.Before = was.Document
			r.Published, r.Changes = append(r.Published, wf.Workflow.Key), append(r.Changes, change)
		case was.Source == next.Source && was.FileRevision == next.FileRevision:
			r.Unchanged = append(r.Unchanged, wf.Workflow.Key)
			continue
		default:
			r.Unchanged = append(r.Unchanged, wf.Workflow.Key)
		}
		next.Enabled, next.UpdatedAt = c.willBeEnabled(wf), c.opt.Now()
		writes = append(writes, next)
	}
	return writes
}

// publication returns a workflow of a batch as the store keeps it.
func (b *Batch) publication(wf document.Loaded, was *Entry) store.Publication {
	p := store.Publication{
		Published: store.Published{
			Key: wf.Workflow.Key, Revision: wf.Workflow.Revision, FileRevision: wf.Workflow.Revision,
			Document: wf.Workflow.Document, Source: sourceOf(wf),
		},
		Replaces: store.AnyVersion,
	}
	p.Origin = p.Source
	if b.Applied {
		p.Origin, p.Source, p.PublishedBy = Applied, Applied, b.By
		if was != nil && was.fromDirectory() {
			p.Source, p.FileRevision = was.Source, was.FileRevision
		}
	}
	return p
}

// write publishes, and notes the documents that were seen and not taken.
func (c *Catalog) write(writes []store.Publication, dismissed []document.Loaded) error {
	for _, wf := range dismissed {
		if err := c.opt.Store.SetSource(wf.Workflow.Key, sourceOf(wf), wf.Workflow.Revision); err != nil {
			return fault.Wrap("catalog.Publish", err)
		}
	}
	if len(writes) == 0 {
		return nil
	}
	return fault.Wrap("catalog.Publish", c.opt.Store.Publish(writes))
}

// owns reports whether what has a source was in an earlier batch of the same kind.
func (b *Batch) owns(source string) bool {
	return source != "" && (source == Applied) == b.Applied
}

// check looks for conflicts with what is published and with rules that only Check knows; document.Load has
// checked the batch itself. It returns the workflows with their final keys.
func (c *Catalog) check(b Batch, problems []document.Problem) ([]document.Loaded, error) {
	changes, found, err := c.problems(b)
	if err != nil {
		return nil, err
	}
	if problems = append(problems, found...); len(problems) > 0 {
		return nil, &fault.Error{Op: "catalog.Publish", Kind: fault.Conflict, Message: document.Text(problems)}
	}
	return changes, nil
}

// problems lists what is wrong with a batch.
func (c *Catalog) problems(b Batch) (changes []document.Loaded, problems []document.Problem, err error) {
	var enabled []flow.Workflow
	replaced := make(map[string]flow.Workflow, len(b.Workflows))
	sources := make(map[string]document.Source, len(b.Workflows))
	for _, wf := range b.Workflows {
		wf = c.rekey(wf)
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
	return changes, append(problems, append(misfits, c.declaredElsewhere(b)...)...), err
}

// rekey assigns a workflow with a generated key the key that the same document got before.
func (c *Catalog) rekey(wf document.Loaded) document.Loaded {
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
	if !b.Directory && !(b.Applied && b.Prune) {
		return nil
	}
	here := make(map[string]bool, len(changes))
	for _, s := range changes {
		here[s.Workflow.Key] = true
	}
	for _, key := range r.Kept {
		here[key] = true
	}
	for _, e := range c.current.Load().list {
		if !b.owns(e.Source) || here[e.Key] {
			continue
		}
		r.Removed = append(r.Removed, e.Key)
		if !b.Prune || !e.Enabled || e.Edited() {
			continue
		}
		if !b.Dry {
			if err := c.opt.Store.SetEnabled(e.Key, false); err != nil {
				return fault.Wrap("catalog.Publish", err)
			}
		}
		r.Disabled = append(r.Disabled, e.Key)
	}
	return nil
}
