package expr

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Scope holds the variables of one execution.
type Scope interface {
	// Var returns the variable of that name below a root, such as
	// ("context", "data") for $context.data.ref. The root is one of the
	// canonical names without its $: context, nodes, scopes, system, env,
	// error. What does not exist is the zero Value, not an error; an error
	// means that the value could not be got.
	Var(root, name string) (value.Value, error)
}

// Roomy is a Scope with a bound of its own on what one Eval renders, in bytes; below 1 it is MaxOutput.
type Roomy interface{ RenderLimit() int }

// Options say what a template may use. The zero Options allow every variable
// but secrets.
type Options struct {
	Secrets bool     // $env may be used: the field is marked for secrets
	Roots   []string // the roots that may be used, without $; nil: all
	Limits  Limits
}

// roots returns the canonical names, in the order messages list them.
func roots() []string {
	return []string{"context", "nodes", "scopes", "system", "env", "error"}
}

// canonicalRoot resolves NocoBase's other name for $nodes.
func canonicalRoot(name string) string {
	if name == "jobsMapByNodeKey" {
		return "nodes"
	}
	return name
}

// check says why a root may not be used, or nothing.
func (o Options) check(root string) string {
	known := roots()
	if !slices.Contains(known, root) {
		if near, ok := nearest.Name(root, append(known, "jobsMapByNodeKey")); ok {
			return "unknown variable root $" + root + "; did you mean $" + near + "?"
		}
		return "unknown variable root $" + root + "; there are " + listRoots(known)
	}
	if o.Roots != nil && !slices.Contains(o.Roots, root) {
		if len(o.Roots) == 0 {
			return "$" + root + " cannot be used here; this field takes no variables"
		}
		return "$" + root + " cannot be used here; this field takes " + listRoots(o.Roots)
	}
	if root == "env" && !o.Secrets {
		return "$env cannot be used here: secrets may stand only in fields marked for them (gates, request, notify, channel, a script's env)"
	}
	return ""
}

func listRoots(names []string) string {
	return "$" + strings.Join(names, ", $")
}
