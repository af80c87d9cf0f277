package catalog

import (
	"context"
	"sync"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// maxRevisions is how many compiled old revisions are kept in memory.
const maxRevisions = 256

// revisions caches compiled old revisions that executions still refer to. mu guards byID.
type revisions struct {
	mu   sync.Mutex
	byID map[string]*document.Compiled
}

// get returns a cached revision, or nil.
func (r *revisions) get(id string) *document.Compiled {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

// put caches a compiled revision. It empties a full cache, because revisions in use are soon cached again.
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

// Current returns the compiled form of a workflow's published revision. It is nil if the workflow is disabled,
// cannot be compiled by this binary, or does not exist.
func (c *Catalog) Current(workflow string) *document.Compiled {
	if e := c.current.Load().byKey[workflow]; e != nil && e.Live() {
		return e.Compiled
	}
	return nil
}
