package catalog

import (
	"context"
	"sync"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// maxRevisions bounds how many compiled revisions that are not current any more are kept in memory.
const maxRevisions = 256

// revisions are compiled revisions that executions still refer to.
type revisions struct {
	mu   sync.Mutex
	byID map[string]*document.Compiled
}

// get returns a revision that was compiled before.
func (r *revisions) get(id string) *document.Compiled {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

// put keeps a compiled revision; a full map is emptied, for what is needed comes back at once.
func (r *revisions) put(id string, c *document.Compiled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID == nil || len(r.byID) >= maxRevisions {
		r.byID = make(map[string]*document.Compiled)
	}
	r.byID[id] = c
}

// Program returns the compiled form of a revision, current or old.
func (c *Catalog) Program(workflow, revision string) (*document.Compiled, error) {
	if e := c.current.Load().byKey[workflow]; e != nil && e.Revision == revision && e.Compiled != nil {
		return e.Compiled, nil
	}
	id := workflow + "@" + revision
	if compiled := c.old.get(id); compiled != nil {
		return compiled, nil
	}
	doc, err := c.opt.Store.Revision(context.Background(), workflow, revision)
	if err != nil {
		return nil, fault.Wrap("catalog.Program", err)
	}
	compiled, err := c.compiled(store.Published{Key: workflow, Revision: revision, Document: doc})
	if err != nil {
		return nil, fault.Wrap("catalog.Program", err)
	}
	c.old.put(id, compiled)
	return compiled, nil
}

// Current returns the compiled form of a workflow's published revision; nil when the workflow is
// disabled, cannot be run by this binary, or does not exist.
func (c *Catalog) Current(workflow string) *document.Compiled {
	if e := c.current.Load().byKey[workflow]; e != nil && e.Live() {
		return e.Compiled
	}
	return nil
}
