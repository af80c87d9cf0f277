package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// An operation below the path of an auditedResource has in its entry what the resource was before and is after, as far as
// that differs. So a handler that changes a resource has nothing to do; one that creates a resource, whose name is not in
// the path, calls auditChange.

// auditedResource is a resource that operations change.
type auditedResource struct {
	path string // with its parameter at the end
	// read returns what the audit log says about the resource: no secrets, and nothing that changes by itself. The error is of
	// kind fault.NotFound if it does not exist.
	read func(routes, context.Context, string) (any, error)
}

func auditedResources() []auditedResource {
	return []auditedResource{
		{"/api/workflows/{key}", routes.auditedWorkflow},
		{"/api/users/{id}", routes.auditedUser},
		{"/api/channels/{name}", routes.auditedChannel},
		{"/api/collections/{name}", routes.auditedCollection},
	}
}

// watch is a middleware behind permit: the caller may do what they ask for.
func (r routes) watch(hc huma.Context, next func(huma.Context)) {
	path := hc.Operation().Path
	for _, a := range auditedResources() {
		if below, ok := strings.CutPrefix(path, a.path); ok && (below == "" || below[0] == '/' && !strings.HasPrefix(below, "/records")) {
			_, name, _ := strings.Cut(a.path, "{")
			r.auditResource(hc.Context(), a, hc.Param(strings.TrimSuffix(name, "}")))
		}
	}
	next(hc)
}

// auditResource notes what a resource is before the request changes it.
func (r routes) auditResource(ctx context.Context, a auditedResource, id string) {
	t := trailOf(ctx)
	if t == nil {
		return
	}
	ctx = context.WithoutCancel(ctx) // the entry is about what was done, also if the caller has left
	read := func() (v value.Value) {
		x, err := a.read(r, ctx, id)
		if err == nil {
			v, err = value.From(x)
		}
		if err != nil {
			return value.Value{} // it does not exist, or cannot be read
		}
		return v
	}
	t.before, t.read = read(), read
}

// auditWorkflow is auditResource for an operation whose path does not name the workflow.
func (r routes) auditWorkflow(ctx context.Context, key string) {
	r.auditResource(ctx, auditedResources()[0], key)
}

// finish adds the states of the resource to the entry of a request that has succeeded.
func (t *trail) finish() {
	if t.read == nil || !t.entry.Before.IsMissing() || !t.entry.After.IsMissing() {
		return // the handler knew better
	}
	after := t.read()
	if after.Text() == t.before.Text() && len(t.notes) == 0 {
		return
	}
	t.entry.Before, t.entry.After = t.before, after
	if len(t.notes) > 0 && after.Kind() == value.KindObject {
		var b value.ObjectBuilder
		for name, v := range after.Members() {
			b.Set(name, v)
		}
		for _, note := range t.notes {
			b.Set(note, value.Bool(true))
		}
		t.entry.After = b.Value()
	}
}

func (r routes) auditedWorkflow(_ context.Context, key string) (any, error) {
	p, err := r.Workflows.Workflow(key)
	return struct {
		Title    string `json:"title,omitempty"`
		Enabled  bool   `json:"enabled"`
		Version  int64  `json:"version"`
		Revision string `json:"revision"`
		Note     string `json:"note,omitempty"`
		Source   string `json:"source,omitempty"`
	}{p.Title, p.Enabled, p.Version, p.Revision, p.Note, p.Source}, err
}

func (r routes) auditedUser(ctx context.Context, id string) (any, error) {
	n, err := parseID(ident.User, "id", id)
	if err != nil {
		return nil, err
	}
	u, err := r.Accounts.User(ctx, n)
	return shownToAudit(u), err
}

// shownToAudit returns what the audit log says about a user.
func shownToAudit(u account.User) any {
	return struct {
		Email    string       `json:"email"`
		Name     string       `json:"name,omitempty"`
		Role     account.Role `json:"role"`
		Disabled bool         `json:"disabled,omitempty"`
		Password bool         `json:"password"`
	}{u.Email, u.Name, u.Role, u.Disabled, u.Password != ""}
}

func (r routes) auditedChannel(_ context.Context, name string) (any, error) {
	c, err := r.Channels.Channel(name)
	return struct {
		Type   string `json:"type"`
		Title  string `json:"title,omitempty"`
		Config JSON   `json:"config,omitzero"`
		Source string `json:"source,omitempty"`
	}{c.Type, c.Title, JSON{c.Config}, c.Source}, err
}

func (r routes) auditedCollection(ctx context.Context, name string) (any, error) {
	c, err := r.definition(ctx, name)
	return CollectionOf(c), err
}
