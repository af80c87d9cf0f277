package compile

import (
	"slices"

	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/variable"
)

// Options say what a template may use. The zero Options allow every variable except secrets.
type Options struct {
	Secrets bool     // $env may be used: the field may hold secrets
	Roots   []string // the allowed roots, without $; nil: all
	Limits  eval.Limits
	Lenient bool // comparisons in expressions do what rule operators do: they convert, and null is false
	// Escape is applied to the texts that tokens produce, not to the text around them. nil: nothing.
	Escape func(string) string
}

// check returns why a root may not be used, or "".
func (o Options) check(root string) string {
	if text := variable.CheckRoot(root); text != "" {
		return text
	}
	if o.Roots != nil && !slices.Contains(o.Roots, root) {
		if len(o.Roots) == 0 {
			return "$" + root + " cannot be used here; this field cannot use variables"
		}
		return "$" + root + " cannot be used here; this field takes " + variable.ListRoots(o.Roots)
	}
	if root == "env" && !o.Secrets {
		return "$env cannot be used here: secrets can be used only in fields marked for them (gates, request, notify, channel, a script's env)"
	}
	return ""
}
