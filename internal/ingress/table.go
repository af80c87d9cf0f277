package ingress

import (
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/vault"
)

// table is the immutable set of routes.
type table struct {
	keys  map[string]*endpoint
	paths branch
	all   []*Route // includes closed ones, for messages to the operator

	masker *vault.Masker // of the secrets of all routes
}

// endpoint holds the routes of one address, at most one for each method.
type endpoint struct {
	routes []*Route
	allow  []string // value of the Allow header
}

// branch is a node of the tree of path segments.
type branch struct {
	fixed    map[string]*branch
	param    *branch // matches any one segment
	endpoint *endpoint
}

func newTable(routes []*Route) (*table, error) {
	t := &table{keys: make(map[string]*endpoint, len(routes)), all: routes}
	var secrets []string
	for _, r := range routes {
		secrets = append(secrets, r.secrets...)
		if r.closed != "" {
			continue
		}
		if t.keys[r.key] != nil {
			return nil, conflict("two workflows have the key %q", r.key)
		}
		t.keys[r.key] = &endpoint{routes: []*Route{r}, allow: []string{allowed(r)}}
	}
	for _, r := range routes {
		if r.closed != "" || r.path == "" {
			continue
		}
		if other := t.keys[r.path[1:]]; other != nil && other.routes[0] != r {
			return nil, conflict("the path %s of workflow %q is the key of another one", r.path, r.key)
		}
		if err := t.paths.add(r); err != nil {
			return nil, err
		}
	}
	t.masker = vault.NewMasker(secrets...)
	return t, nil
}

func conflict(format string, args ...any) error {
	return fault.New("ingress.SetRoutes", fault.Conflict, format, args...)
}

// add puts a route's path into the tree.
func (b *branch) add(r *Route) error {
	for segment := range strings.SplitSeq(r.path[1:], "/") {
		b = b.below(segment)
	}
	if b.endpoint == nil {
		b.endpoint = &endpoint{}
	}
	for _, other := range b.endpoint.routes {
		for _, m := range r.methods {
			if other.takes(m) {
				return conflict("the workflows %q and %q both claim %s %s", other.key, r.key, m, r.path)
			}
		}
	}
	b.endpoint.routes = append(b.endpoint.routes, r)
	b.endpoint.allow = []string{allowed(b.endpoint.routes...)}
	return nil
}

func (b *branch) below(segment string) *branch {
	if isParam(segment) {
		if b.param == nil {
			b.param = &branch{}
		}
		return b.param
	}
	if b.fixed == nil {
		b.fixed = make(map[string]*branch)
	}
	next := b.fixed[segment]
	if next == nil {
		next = &branch{}
		b.fixed[segment] = next
	}
	return next
}

// isParam reports whether a segment of a pattern is {name}.
func isParam(segment string) bool { return len(segment) > 2 && segment[0] == '{' }

// find returns the endpoint of a canonical path and the values of its {name} segments.
func (t *table) find(path string) (*endpoint, []string) {
	if key, ok := strings.CutPrefix(path, triggerPrefix); ok {
		return t.keys[key], nil
	}
	rest, ok := strings.CutPrefix(path, hooksPrefix)
	if !ok {
		return nil, nil
	}
	if p := t.keys[rest]; p != nil {
		return p, nil
	}
	return t.paths.find(rest, nil)
}

// find tries the fixed segment first, then the parameter. The tree has each pattern once, so the search visits no more
// branches than there are.
func (b *branch) find(rest string, values []string) (*endpoint, []string) {
	segment, rest, more := strings.Cut(rest, "/")
	if next := b.fixed[segment]; next != nil {
		if p, v := next.enter(rest, more, values); p != nil {
			return p, v
		}
	}
	if b.param == nil {
		return nil, nil
	}
	return b.param.enter(rest, more, append(values, segment))
}

func (b *branch) enter(rest string, more bool, values []string) (*endpoint, []string) {
	if !more {
		return b.endpoint, values
	}
	return b.find(rest, values)
}

// pick returns the route that takes a method, or nil.
func (e *endpoint) pick(method string) *Route {
	for _, r := range e.routes {
		if r.takes(method) {
			return r
		}
	}
	return nil
}

// allowed lists the methods of routes, as an Allow header.
func allowed(routes ...*Route) string {
	var all []string
	for _, r := range routes {
		all = append(all, r.methods...)
	}
	return strings.Join(append(all, "OPTIONS"), ", ")
}
