package app

import (
	"context"
	"slices"
	"strings"
	"sync"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/variables"
	"hookline.dev/hookline/internal/vault"
)

// openVariables opens the stored variables, and warns about secrets that cannot be masked.
func (a *App) openVariables() error {
	keys, err := masterKeys(a.config)
	if err != nil {
		return err
	}
	a.stored, err = variables.Open(variables.Options{
		Store: a.store, Vars: a.vars, Keys: keys, Clock: clock.System(), Log: a.log,
		Changed: func() { a.catalog.Renew() },
	})
	if err != nil {
		return err
	}
	for _, name := range a.vars.Current().Short() {
		if a.vars.FromProcess(name) {
			name = vault.Prefix + name
		}
		a.log.Warn("a secret is too short to be masked in results and logs; use a longer one", "variable", name, "at least", vault.MinLength)
	}
	return nil
}

// stored adapts the stored variables to the API.
type storedVariables struct {
	app  *App
	uses *usesCache
}

// Variables returns every variable, stored or of the process, sorted by name.
func (v storedVariables) Variables(ctx context.Context) ([]api.StoredVariable, error) {
	users, err := v.users(ctx)
	if err != nil {
		return nil, err
	}
	var all []api.StoredVariable
	for _, one := range v.app.stored.List() {
		all = append(all, v.state(one, users))
	}
	for _, name := range v.app.vars.Environ() {
		if _, err := v.app.stored.Find(name); err != nil {
			all = append(all, v.state(variables.Stored{Name: name}, users))
		}
	}
	slices.SortFunc(all, func(a, b api.StoredVariable) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Variable returns one variable, or fault.NotFound.
func (v storedVariables) Variable(ctx context.Context, name string) (api.StoredVariable, error) {
	one, err := v.app.stored.Find(name)
	if err != nil {
		if !v.app.vars.FromProcess(name) {
			return api.StoredVariable{}, err
		}
		one.Name = name
	}
	users, err := v.users(ctx)
	return v.state(one, users), err
}

// state converts a variable to the API's type.
func (v storedVariables) state(one variables.Stored, users map[string][]api.VariableUse) api.StoredVariable {
	s := api.StoredVariable{
		Name: one.Name, Plain: one.Plain, UpdatedAt: one.UpdatedAt, UpdatedBy: one.UpdatedBy, Damaged: one.Damaged, Users: users[one.Name],
		Process: v.app.vars.FromProcess(one.Name), Short: !one.Plain && vault.TooShort(one.Text),
	}
	if one.Plain {
		s.Value = one.Text
	}
	if s.Process {
		used, _ := v.app.vars.Lookup(one.Name)
		s.Short = vault.TooShort(used.Text)
	}
	return s
}

// Put creates or replaces a variable.
func (v storedVariables) Put(p api.PutVariable) (created bool, err error) {
	one := variables.Stored{Name: p.Name, Plain: p.Plain, Text: p.Value, UpdatedBy: p.By}
	return v.app.stored.Put(one, func(was variables.Stored, exists bool) error {
		if !p.Match(was.UpdatedAt, exists) {
			return api.Changed("the variable was changed by someone else: read it again")
		}
		if exists && was.Plain && !p.Plain {
			return v.app.catalog.MayBeSecret(p.Name)
		}
		return nil
	})
}

// Delete deletes a variable that nothing uses. A variable that the process environment sets as well may be deleted, as
// its users keep that value.
func (v storedVariables) Delete(ctx context.Context, name string, match func(api.StoredVariable) bool) error {
	users, err := v.users(ctx)
	if err != nil {
		return err
	}
	return v.app.stored.Delete(name, func(was variables.Stored) error {
		if !match(v.state(was, users)) {
			return api.Changed("the variable was changed by someone else: read it again")
		}
		if v.app.vars.FromProcess(name) {
			return nil
		}
		var where []string
		for _, u := range users[name] {
			if place := u.Place(); !u.Draft && !slices.Contains(where, place) {
				where = append(where, place)
			}
		}
		if len(where) > 0 {
			return fault.New("app.deleteVariable", fault.Conflict, "the variable %s is used by %s; change that first", name, strings.Join(where, ", "))
		}
		return nil
	})
}

// Rotate makes a new master key.
func (v storedVariables) Rotate() (api.RotatedKey, error) {
	done, err := v.app.stored.Rotate()
	return api.RotatedKey{MasterKey: done.Master, Secrets: done.Secrets}, err
}

// users finds the places that use variables, by variable.
func (v storedVariables) users(ctx context.Context) (map[string][]api.VariableUse, error) {
	all := make(map[string][]api.VariableUse)
	add := func(use api.VariableUse, found []document.VariableUse) {
		for _, u := range found {
			use.Path = u.Path
			all[u.Name] = append(all[u.Name], use)
		}
	}
	for _, e := range v.app.catalog.Entries() {
		add(api.VariableUse{Workflow: e.Key}, v.uses.of("workflow "+e.Key, e.Revision, e.Document))
	}
	for _, c := range v.app.catalog.Channels() {
		add(api.VariableUse{Channel: c.Name}, document.VariableUses(c.Config))
	}
	drafts, err := v.app.store.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		found, err := v.draft(ctx, d)
		if err != nil && !fault.Is(err, fault.NotFound) { // it may have been deleted meanwhile
			return nil, err
		}
		add(api.VariableUse{Workflow: d.Workflow, Draft: true}, found)
	}
	return all, nil
}

// draft finds the places of a draft.
func (v storedVariables) draft(ctx context.Context, d store.Draft) ([]document.VariableUse, error) {
	version := any(d.Version)
	if found, ok := v.uses.find("draft "+d.Workflow, version); ok {
		return found, nil
	}
	whole, err := v.app.store.Draft(ctx, d.Workflow)
	if err != nil {
		return nil, err
	}
	return v.uses.of("draft "+d.Workflow, whole.Version, whole.Document), nil
}

// usesCache keeps what VariableUses has found, because it compiles every text of a document.
type usesCache struct {
	mu    sync.Mutex
	found map[string]foundUses
}

type foundUses struct {
	version any
	uses    []document.VariableUse
}

func (c *usesCache) find(name string, version any) ([]document.VariableUse, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.found[name]
	return f.uses, ok && f.version == version
}

// of returns the uses in a version of a document.
func (c *usesCache) of(name string, version any, doc value.Value) []document.VariableUse {
	if found, ok := c.find(name, version); ok {
		return found
	}
	uses := document.VariableUses(doc)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found == nil {
		c.found = make(map[string]foundUses)
	}
	c.found[name] = foundUses{version, uses}
	return uses
}
