package account

import "slices"

// Role is what a person or a key may do in general.
type Role string

// The roles. Each has all permissions of the one before it.
const (
	Viewer   Role = "viewer"   // reads everything but accounts and the audit log
	Operator Role = "operator" // also acts on executions and deliveries, and switches workflows on and off
	Editor   Role = "editor"   // also changes workflows, collections, channels and records
	Admin    Role = "admin"    // also manages accounts, secrets and the server
)

// Roles returns all roles, the lowest first.
func Roles() []Role { return []Role{Viewer, Operator, Editor, Admin} }

// Known reports whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// AtLeast reports whether r has every permission of other. An unknown role has none.
func (r Role) AtLeast(other Role) bool {
	have, want := slices.Index(Roles(), r), slices.Index(Roles(), other)
	return want >= 0 && have >= want
}
