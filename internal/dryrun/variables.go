package dryrun

import (
	"slices"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// Variables are the values that a node or a template is tried with. What is missing does not exist.
type Variables struct {
	// Call is $context, or nil.
	Call *hook.Context
	// Context, Nodes, Scopes and Error are objects by name; Context goes before Call.
	Context, Nodes, Scopes, Error value.Value
	Workflow                      string
}

// given are Variables as a Scope. It remembers the secrets that were looked up.
type given struct {
	Variables
	secrets run.Secrets
	clock   clock.Clock
	limit   int
	found   []string // values of secrets
	hide    bool     // $env gives a mask instead of the value
}

// Var implements expr.Scope.
func (g *given) Var(root, name string) (value.Value, error) {
	switch root {
	case "context":
		if v := g.Context.Get(name); !v.IsMissing() {
			return v, nil
		}
		if alias := contextAlias(name); alias != "" && !g.Context.Get(alias).IsMissing() {
			return g.Context.Get(alias), nil
		}
		if g.Call != nil {
			return body.Variable(g.Call, name), nil
		}
	case "nodes":
		return g.Nodes.Get(name), nil
	case "scopes":
		return g.Scopes.Get(name), nil
	case "error":
		return g.Error.Get(name), nil
	case "system":
		return g.system(name), nil
	case "env":
		return g.plain(name)
	}
	return value.Value{}, nil
}

// plain returns a plain variable. A secret may be used in fields marked for secrets only, which do not ask a Scope.
func (g *given) plain(name string) (value.Value, error) {
	v, ok := g.secrets.Lookup(name)
	switch {
	case !ok:
		return value.Value{}, nil
	case v.Plain:
		return value.String(v.Text), nil
	case g.hide:
		return value.String(vault.Mask), nil
	default:
		return value.Value{}, fault.New("dryrun.scope", fault.Invalid, "the variable %s is a secret, which can be used only in fields marked for secrets", name)
	}
}

// contextAlias returns the other name of a member of $context, or "".
func contextAlias(name string) string {
	switch name {
	case "data":
		return "body"
	case "body":
		return "data"
	default:
		return ""
	}
}

// Lookup implements node.Secrets.
func (g *given) Lookup(name string) (string, bool) {
	v, ok := g.secrets.Lookup(name)
	if ok && !v.Plain {
		g.found = append(g.found, v.Text)
	}
	return v.Text, ok
}

// RenderLimit implements expr.Roomy.
func (g *given) RenderLimit() int { return g.limit }

// system returns a member of $system. There is no execution, so its id is made up.
func (g *given) system(name string) value.Value {
	now := g.clock.Now()
	switch name {
	case "now":
		return body.Instant(now)
	case "epoch":
		return value.Int(now.Unix())
	case "executionId":
		return value.String("exe_test")
	case "workflow":
		return value.String(g.Workflow)
	case "uuid":
		return value.String("00000000-0000-4000-8000-000000000000")
	default:
		return value.Value{}
	}
}

// names lists what exists below a root (SPEC §5).
func (g *given) names(root string) []string {
	var list []string
	add := func(v value.Value) {
		for name := range v.Members() {
			if !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	switch root {
	case "context":
		list = []string{"data", "body", "headers", "query", "params", "method", "path", "ip", "rawBody", "files", "receivedAt", "cloudevent"}
		add(g.Context)
	case "nodes":
		add(g.Nodes)
	case "scopes":
		add(g.Scopes)
	case "error":
		list = []string{"message", "code", "node"}
	case "system":
		list = []string{"now", "epoch", "executionId", "workflow", "uuid"}
	}
	return list
}
