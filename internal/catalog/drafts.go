package catalog

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/document/edit"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Drafts returns all stored drafts without their documents, sorted by workflow.
func (c *Catalog) Drafts(ctx context.Context) ([]store.Draft, error) { return c.opt.Store.Drafts(ctx) }

// Draft returns the draft of a workflow. If none is stored, it is the published document, with Version 0 and the number
// of its version as Base. It returns fault.NotFound if there is neither.
func (c *Catalog) Draft(ctx context.Context, key string) (store.Draft, error) {
	d, err := c.opt.Store.Draft(ctx, key)
	if !fault.Is(err, fault.NotFound) {
		return d, fault.Wrap("catalog.Draft", err)
	}
	e, err := c.Find(key)
	if err != nil {
		return store.Draft{}, err
	}
	return store.Draft{
		Workflow: key, Base: e.Version, Document: e.Document, ChangedAt: e.PublishedAt, ChangedBy: e.PublishedBy,
	}, nil
}

// CreateDraft makes a workflow that has only a draft. An empty key is replaced by a random one. It returns
// fault.Conflict if the key is taken, and fault.Invalid if it is not valid.
func (c *Catalog) CreateDraft(key string, doc value.Value, by string) (store.Draft, error) {
	const op = "catalog.CreateDraft"
	if key == "" {
		key = document.RandomKey()
	}
	if problem := document.KeyProblem(key); problem != "" {
		return store.Draft{}, fault.Field(op, "key", "%s", problem)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.Find(key); err == nil {
		return store.Draft{}, fault.New(op, fault.Conflict, "there is a workflow %s already", key)
	}
	if doc.Kind() == value.KindObject {
		doc = document.Keyed(doc, key)
	}
	d, err := c.opt.Store.PutDraft(store.Draft{Workflow: key, Document: doc, ChangedBy: by, ChangedAt: c.opt.Now()}, 0)
	if fault.Is(err, fault.Conflict) {
		return store.Draft{}, fault.New(op, fault.Conflict, "there is a workflow %s already; it was never published", key)
	}
	return d, fault.Wrap(op, err)
}

// PutDraft stores a draft of a workflow that exists; see store.Drafts. The base must be a version of the workflow.
func (c *Catalog) PutDraft(d store.Draft, have int64) (store.Draft, error) {
	const op = "catalog.PutDraft"
	var err error
	if d.Document, err = edit.Canonical(d.Document); err != nil {
		return store.Draft{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.Find(d.Workflow)
	if err != nil {
		if _, err := c.opt.Store.Draft(context.Background(), d.Workflow); err != nil {
			return store.Draft{}, fault.New(op, fault.NotFound, "there is no workflow %q", d.Workflow)
		}
	}
	if d.Base != 0 && (e == nil || d.Base < 0 || d.Base > e.Version) {
		return store.Draft{}, fault.Field(op, "base", "workflow %s has no version %d", d.Workflow, d.Base)
	}
	d.ChangedAt = c.opt.Now()
	stored, err := c.opt.Store.PutDraft(d, have)
	return stored, fault.Wrap(op, err)
}

// DropDraft discards the draft of a workflow that was published; see store.Drafts. It returns fault.Conflict if the
// workflow has nothing else.
func (c *Catalog) DropDraft(key string, have int64) error {
	const op = "catalog.DropDraft"
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.Find(key); err != nil {
		if _, err := c.opt.Store.Draft(context.Background(), key); err != nil {
			return fault.New(op, fault.NotFound, "there is no workflow %q", key)
		}
		return fault.New(op, fault.Conflict, "workflow %s was never published; delete it instead", key)
	}
	return fault.Wrap(op, gone(op, c.opt.Store.DropDraft(key, have)))
}

// Duplicate makes a workflow with another key and a draft that is a copy of the draft, or else of the published
// document. title "" means that of the original with "(copy)".
func (c *Catalog) Duplicate(ctx context.Context, key, newKey, title, by string) (store.Draft, error) {
	d, err := c.Draft(ctx, key)
	if err != nil {
		return store.Draft{}, err
	}
	doc := d.Document
	if doc.Kind() == value.KindObject {
		if had, ok := doc.Get("title").Str(); title == "" && ok {
			title = had + " (copy)"
		}
		if title != "" {
			doc = document.WithTitle(doc, title)
		}
	}
	return c.CreateDraft(newKey, doc, by)
}

// Validate lists everything that would keep a document from being published as a workflow: problems of the document,
// what it refers to and the server does not have, and URLs of other workflows.
func (c *Catalog) Validate(key string, doc value.Value) ([]document.Problem, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, problems, err := c.examine(key, doc)
	return problems, err
}

// examine compiles a document and checks it as Validate does.
func (c *Catalog) examine(key string, doc value.Value) (document.Loaded, []document.Problem, error) {
	wf, problems := document.Check(doc, key, c.opt.Known)
	if len(problems) > 0 {
		return wf, problems, nil
	}
	wf.Workflow.Enabled = c.switched(wf.Workflow.Key, wf.Workflow.Enabled)
	_, problems, err := c.problems(Batch{Workflows: []document.Loaded{wf}, Applied: true})
	return wf, problems, err
}

// switched returns whether a workflow takes calls after a document was published over the API. A document switches it
// only if it says something else than the one before: the switch of an operator stays.
func (c *Catalog) switched(key string, written bool) bool {
	was := c.current.Load().byKey[key]
	if was == nil || was.Compiled != nil && was.Compiled.Workflow.Enabled != written {
		return written
	}
	return was.Enabled
}

// when shows an instant in messages.
func when(at time.Time) string { return at.UTC().Format(time.RFC3339) }
