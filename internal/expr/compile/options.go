package compile

import (
	"slices"

	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/variable"
)

// Options say what a template may use. The zero Options allow every variable except secrets.
type Options struct {
	Secrets bool // $env may be used: the field may hold secrets
	// Plain reports whether a variable of $env is known to be no secret, so that it may be used without Secrets. nil:
	// none is known.
	Plain   func(name string) bool
	Roots   []string // the allowed roots, without $; nil: all
	Limits  eval.Limits
	Lenient bool // comparisons in expressions do what rule operators do: they convert, and null is false
	// Escape is applied to the texts that tokens produce, not to the text around them. nil: nothing.
	Escape func(string) string
}

// check returns why a variable may not be used, or "".
func (o Options) check(root, name string) string {
	if text := variable.CheckRoot(root); text != "" {
		return text
	}
	if o.Roots != nil && !slices.Contains(o.Roots, root) {
		if len(o.Roots) == 0 {
			return "$" + root + " cannot be used here; this field cannot use variables"
		}
		text := "$" + root + " cannot be used here; this field takes " + variable.ListRoots(o.Roots)
		if root == "env" {
			text += ". Of the variables of the server, a trigger takes only the secrets of its gates; use plain ones in a node"
		}
		return text
	}
	if root == "env" && !o.Secrets && (o.Plain == nil || !o.Plain(name)) {
		return "$env cannot be used here: secrets can be used only in fields marked for them (gates, request, notify, channel, a script's env); other fields of a node take plain variables, and " + name + " is not known as one"
	}
	return ""
}
