package catalog

import (
	"context"
	"errors"
	"fmt"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// PublishDraft publishes the draft of a workflow as its next version, and deletes the draft. draft is the Version that
// the caller has read. It returns fault.NotFound if there is no workflow, fault.Invalid with all problems of the document,
// and fault.Conflict if the draft is another or gone, or if another version was published since the draft was begun: then it
// says by whom.
func (c *Catalog) PublishDraft(key string, draft int64, note, by string) error {
	const op = "catalog.PublishDraft"
	c.mu.Lock()
	defer c.mu.Unlock()
	d, err := c.opt.Store.Draft(context.Background(), key)
	if err != nil {
		if _, missing := c.Find(key); missing != nil {
			return missing
		}
		return fault.Wrap(op, gone(op, err))
	}
	if d.Version != draft {
		return fault.New(op, fault.Conflict, "the draft was changed in the meantime%s", byWhom(d.ChangedBy))
	}
	e := c.current.Load().byKey[key]
	switch {
	case e == nil && d.Base != 0:
		return fault.New(op, fault.Conflict, "workflow %s was deleted in the meantime", key)
	case e != nil && e.Version != d.Base:
		return fault.New(op, fault.Conflict, "version %d was published%s at %s%s, and the draft was begun from version %d; bring its changes into the draft, and save the draft with base %[1]d",
			e.Version, byWhom(e.PublishedBy), when(e.PublishedAt), noted(e.Note), d.Base)
	}
	return c.release(op, key, d.Document, store.Publication{Published: store.Published{PublishedBy: by, Note: note}, Replaces: d.Base, Draft: d.Version})
}

// gone turns the error for a draft that is not there any more, though the caller has read it, into a conflict.
func gone(op string, err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(op, fault.Conflict, "the draft was published or discarded in the meantime")
	}
	return err
}

func byWhom(name string) string {
	if name == "" {
		return ""
	}
	return " by " + name
}

func noted(note string) string {
	if note == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", note)
}

// release publishes a document over the API. A workflow that came from a file keeps its source: from then on it differs
// from its file.
func (c *Catalog) release(op, key string, doc value.Value, p store.Publication) error {
	wf, problems, err := c.examine(key, doc)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if len(problems) > 0 {
		errs := make([]error, len(problems))
		for i, problem := range problems {
			errs[i] = fault.Field(op, problem.Path, "%s", problem.Message)
		}
		return fault.Wrap(op, errors.Join(errs...))
	}
	if was := c.current.Load().byKey[key]; was != nil {
		p.Source, p.FileRevision = was.Source, was.FileRevision
	}
	p.Key, p.Enabled, p.Revision, p.Document, p.UpdatedAt = key, wf.Workflow.Enabled, wf.Workflow.Revision, wf.Workflow.Document, c.opt.Now()
	if err := c.opt.Store.Publish([]store.Publication{p}); err != nil {
		return fault.Wrap(op, err)
	}
	return c.reload()
}

// Rollback publishes the document of an earlier version again, as the next version. replaces is the number of the
// current version, as the caller knows it. It returns fault.Invalid if this server cannot run the document any more.
func (c *Catalog) Rollback(ctx context.Context, key string, number, replaces int64, note, by string) error {
	const op = "catalog.Rollback"
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.Find(key)
	if err != nil {
		return err
	}
	v, err := c.opt.Store.Version(ctx, key, number)
	if err != nil {
		return fault.Wrap(op, err)
	}
	switch {
	case e.Version != replaces:
		return fault.New(op, fault.Conflict, "version %d was published%s at %s%s; look at it, and roll back again",
			e.Version, byWhom(e.PublishedBy), when(e.PublishedAt), noted(e.Note))
	case v.Revision == e.Revision:
		return fault.New(op, fault.Conflict, "version %d is what is published now", number)
	}
	if note == "" {
		note = fmt.Sprintf("Back to version %d", number)
	}
	return c.release(op, key, v.Document, store.Publication{Published: store.Published{PublishedBy: by, Note: note}, Replaces: replaces})
}

// Rename gives a workflow another title: it publishes a version that differs only in the title, and changes the draft,
// too. Of a workflow that was never published it changes the draft.
func (c *Catalog) Rename(key, title, by string) error {
	const op = "catalog.Rename"
	c.mu.Lock()
	defer c.mu.Unlock()
	d, err := c.opt.Store.Draft(context.Background(), key)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return fault.Wrap(op, err)
	}
	e, missing := c.Find(key)
	if missing != nil && err != nil {
		return missing
	}
	if e != nil {
		if err := c.release(op, key, document.WithTitle(e.Document, title), store.Publication{
			Published: store.Published{PublishedBy: by, Note: "Renamed to " + title}, Replaces: e.Version,
		}); err != nil {
			return err
		}
	}
	if d.Version == 0 || d.Document.Kind() != value.KindObject {
		return nil
	}
	next := d
	next.Document = document.WithTitle(d.Document, title)
	if e != nil && d.Base == e.Version {
		next.Base = c.current.Load().byKey[key].Version
	}
	next.ChangedAt, next.ChangedBy = c.opt.Now(), by
	_, err = c.opt.Store.PutDraft(next, d.Version)
	return fault.Wrap(op, err)
}

// Delete deletes a workflow, its draft and its sample. Its URLs answer as unknown ones at once; executions go on, and
// the history stays. It returns fault.Conflict if another workflow starts it when it fails.
func (c *Catalog) Delete(key string) error {
	const op = "catalog.Delete"
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.current.Load().list {
		if e.Key != key && e.Compiled != nil && e.Compiled.Workflow.Options.OnFailure == key {
			return fault.New(op, fault.Conflict, "workflow %s starts it with options.onFailure; change that first", e.Key)
		}
	}
	if err := c.opt.Store.DeleteWorkflow(key); err != nil {
		return fault.Wrap(op, err)
	}
	return c.reload()
}

// Versions returns the versions of a workflow, also of a deleted one; see store.Versions.
func (c *Catalog) Versions(ctx context.Context, key string, before int64, limit int) ([]store.Version, error) {
	return c.opt.Store.Versions(ctx, key, before, limit)
}

// Version returns one version with its document; see store.Versions.
func (c *Catalog) Version(ctx context.Context, key string, number int64) (store.Version, error) {
	return c.opt.Store.Version(ctx, key, number)
}

// Export returns the documents of workflows, and of the collections and channels of the server if all is set. It returns
// fault.NotFound if one of the keys is no published workflow. keys nil means all.
func (c *Catalog) Export(ctx context.Context, keys []string, all bool) (docs []value.Value, err error) {
	if all {
		collections, err := c.opt.Store.Collections(ctx)
		if err != nil {
			return nil, fault.Wrap("catalog.Export", err)
		}
		if len(collections) > 0 {
			docs = append(docs, document.OfCollections(collections))
		}
		if list := c.Channels(); len(list) > 0 {
			docs = append(docs, document.OfChannels(definitions(list)))
		}
	}
	if keys == nil {
		for _, e := range c.Entries() {
			docs = append(docs, e.Document)
		}
		return docs, nil
	}
	for _, key := range keys {
		e, err := c.Find(key)
		if err != nil {
			return nil, err
		}
		docs = append(docs, e.Document)
	}
	return docs, nil
}
