package account

import (
	"slices"

	"hookline.dev/hookline/internal/ident"
)

// Kind says how a principal signed in.
type Kind string

// The kinds of principals.
const (
	ByToken   Kind = "token"   // the token file of the server
	ByKey     Kind = "key"     // an API key
	BySession Kind = "session" // a signed-in person
)

// Principal is on whose behalf a request is made. The zero Principal may do nothing.
type Principal struct {
	Kind      Kind
	ID        ident.ID // of the user or the key; 0 for the token file
	Name      string   // of the user (e-mail) or the key; "" for the token file
	Role      Role
	Session   ident.ID // of a signed-in person; 0 for the token file and for keys
	Workflows []string // the keys of the workflows that an API key is bound to; empty: all
}

// May reports whether the principal has a permission. An unknown permission is nobody's.
func (p Principal) May(permission Permission) bool {
	g, ok := grantOf(permission)
	return ok && p.Role.AtLeast(g.Lowest) && (g.Workflow || !p.Bound())
}

// Bound reports whether the principal is bound to some workflows.
func (p Principal) Bound() bool { return len(p.Workflows) > 0 }

// Sees reports whether the principal may see a workflow at all. What it may do with it is up to May.
func (p Principal) Sees(workflow string) bool {
	return !p.Bound() || slices.Contains(p.Workflows, workflow)
}
