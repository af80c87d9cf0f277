package variable

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Scope holds the variables of one execution. One Eval calls it from one goroutine.
type Scope interface {
	// Var returns the variable with that name below a root, such as ("context", "data") for $context.data.ref. The
	// root is one of the canonical names without its $: context, nodes, scopes, system, env, error. A variable that
	// does not exist is the zero Value and no error. An error means that the value could not be read.
	Var(root, name string) (value.Value, error)
}

// Roots returns the canonical root names, in the order in which messages list them.
func Roots() []string {
	return []string{"context", "nodes", "scopes", "system", "env", "error"}
}

// canonicalRoot resolves jobsMapByNodeKey, NocoBase's name for $nodes.
func canonicalRoot(name string) string {
	if name == "jobsMapByNodeKey" {
		return "nodes"
	}
	return name
}

// CheckRoot returns what is wrong with the name of a root, or "".
func CheckRoot(root string) string {
	known := Roots()
	if slices.Contains(known, root) {
		return ""
	}
	if near, ok := nearest.Name(root, append(known, "jobsMapByNodeKey")); ok {
		return "unknown variable root $" + root + "; did you mean $" + near + "?"
	}
	return "unknown variable root $" + root + "; there are " + ListRoots(known)
}

// ListRoots formats root names for a message: $context, $nodes.
func ListRoots(names []string) string {
	return "$" + strings.Join(names, ", $")
}
