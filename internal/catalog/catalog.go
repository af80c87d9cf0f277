package catalog

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

// Entry is one workflow in the table.
type Entry struct {
	store.Published
	Compiled *document.Compiled // nil when Broken
	Broken   string             // why this binary cannot compile the stored revision; "" if it can
}

// Live reports whether the workflow takes calls.
func (e *Entry) Live() bool { return e.Enabled && e.Compiled != nil }

// table is an immutable snapshot of all published workflows and channels.
type table struct {
	list     []*Entry // sorted by key
	byKey    map[string]*Entry
	channels []*Channel // sorted by name
}

// Options are the dependencies of a Catalog.
type Options struct {
	Store store.Catalog
	Known document.Known // what documents may refer to
	// Prepare completes a compiled workflow once, before it is shared.
	Prepare func(*document.Compiled)
	// Check rejects a workflow for a reason that only another package knows, e.g. a header in its answer that
	// HTTP forbids.
	Check func(flow.Workflow) error
	Now   func() time.Time
	Log   *slog.Logger
}

// Catalog is the table of published workflows and channels, and the only way to change it. It is safe for concurrent use:
// reads use an immutable table behind an atomic pointer, and a mutex serialises changes.
type Catalog struct {
	opt     Options
	mu      sync.Mutex // serialises changes, and guards declared
	current atomic.Pointer[table]
	old     revisions
	// conflicts has the workflows whose file the last load of the directory could not take, and these files.
	conflicts atomic.Pointer[map[string]string]
	changed   []func([]*Entry)
	channels  []func([]*Channel)
	declared  map[string]string // channels that the directory declares, and their files
}

// New returns an empty catalog. Load fills it.
func New(opt Options) *Catalog {
	c := &Catalog{opt: opt}
	c.current.Store(&table{byKey: map[string]*Entry{}})
	return c
}

// OnChange registers f. It is called with the whole table after every change, in order and never concurrently.
// Call OnChange before Load.
func (c *Catalog) OnChange(f func([]*Entry)) { c.changed = append(c.changed, f) }

// OnChannels registers f. It is called with all channels after every change, before the functions of OnChange. Call
// OnChannels before Load.
func (c *Catalog) OnChannels(f func([]*Channel)) { c.channels = append(c.channels, f) }

// Load reads the published workflows and the channels from the store. A workflow that this binary cannot compile is
// kept and logged, but takes no calls.
func (c *Catalog) Load() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reload()
}

// reload rebuilds the table from the store and calls the functions registered with OnChannels and OnChange.
func (c *Catalog) reload() error {
	published, err := c.opt.Store.Workflows(context.Background())
	if err != nil {
		return fault.Wrap("catalog.Load", err)
	}
	before := c.current.Load()
	next := &table{byKey: make(map[string]*Entry, len(published))}
	if next.channels, err = c.loadChannels(before.channels); err != nil {
		return fault.Wrap("catalog.Load", err)
	}
	for _, p := range published {
		e := &Entry{Published: p}
		if was := before.byKey[p.Key]; was != nil && was.Revision == p.Revision && was.Compiled != nil {
			e.Compiled = was.Compiled
		} else {
			c.compile(e)
		}
		next.list = append(next.list, e)
		next.byKey[p.Key] = e
	}
	slices.SortFunc(next.list, func(a, b *Entry) int { return strings.Compare(a.Key, b.Key) })
	c.current.Store(next)
	for _, tell := range c.channels {
		tell(next.channels)
	}
	for _, tell := range c.changed {
		tell(next.list)
	}
	return nil
}

// compile fills an entry from its document.
func (c *Catalog) compile(e *Entry) {
	compiled, err := c.compiled(e.Published)
	if err != nil {
		e.Broken = err.Error()
		c.opt.Log.Error("a published workflow cannot be run by this version", "workflow", e.Key, "reason", e.Broken)
		return
	}
	e.Compiled = compiled
}

// compiled compiles a stored document.
func (c *Catalog) compiled(p store.Published) (*document.Compiled, error) {
	wf, problems := document.FromDocument(p.Document)
	if len(problems) > 0 {
		return nil, problemsError(p.Key, problems)
	}
	wf.Key, wf.Revision = p.Key, p.Revision
	out, problems := document.Compile(wf, c.opt.Known)
	if len(problems) > 0 {
		return nil, problemsError(p.Key, problems)
	}
	if c.opt.Prepare != nil {
		c.opt.Prepare(out)
	}
	return out, nil
}

// problemsError joins problems into one error.
func problemsError(key string, problems []document.Problem) error {
	errs := make([]error, 0, len(problems))
	for _, p := range problems {
		errs = append(errs, fault.New("", fault.Invalid, "%s: %s", key, p))
	}
	return errors.Join(errs...)
}

// Entries returns every published workflow, sorted by key.
func (c *Catalog) Entries() []*Entry { return c.current.Load().list }

// Find returns a published workflow, or fault.NotFound.
func (c *Catalog) Find(key string) (*Entry, error) {
	if e := c.current.Load().byKey[key]; e != nil {
		return e, nil
	}
	return nil, fault.New("catalog.Find", fault.NotFound, "there is no workflow %q", key)
}

// SetEnabled enables or disables a workflow. It refuses to enable one that conflicts with another or does not fit the
// collections or channels.
func (c *Catalog) SetEnabled(key string, on bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.Find(key)
	if err != nil {
		return err
	}
	if on && e.Compiled == nil {
		return fault.New("catalog.SetEnabled", fault.Conflict, "%q cannot be run by this version: %s", key, e.Broken)
	}
	if on {
		if problems := document.Conflicts(c.claims([]flow.Workflow{e.Compiled.Workflow}, nil)); len(problems) > 0 {
			return fault.New("catalog.SetEnabled", fault.Conflict, "%s", problems[0])
		}
		all, err := c.opt.Store.Collections(context.Background())
		if err != nil {
			return fault.Wrap("catalog.SetEnabled", err)
		}
		if problems := append(e.Compiled.Fits(all), e.Compiled.FitsChannels(c.channelInfos())...); len(problems) > 0 {
			return fault.New("catalog.SetEnabled", fault.Conflict, "%s", problems[0])
		}
	}
	if err := c.opt.Store.SetEnabled(key, on); err != nil {
		return fault.Wrap("catalog.SetEnabled", err)
	}
	return c.reload()
}

// claims returns the workflows that will be enabled once added replaces those with the same key. A disabled
// workflow in added also removes the one it replaces.
func (c *Catalog) claims(added []flow.Workflow, replaced map[string]flow.Workflow) []flow.Workflow {
	own := make(map[string]bool, len(added))
	for _, wf := range added {
		own[wf.Key] = true
	}
	var all []flow.Workflow
	for _, e := range c.current.Load().list {
		if _, gone := replaced[e.Key]; !gone && !own[e.Key] && e.Live() {
			all = append(all, e.Compiled.Workflow)
		}
	}
	all = append(all, added...)
	for i := range all {
		all[i].Enabled = true
	}
	return all
}
