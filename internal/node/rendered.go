package node

import (
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// Rendered implements the half of a Node that most kinds share. The input is the config with its templates
// replaced, and with references in place of secrets (see Resolve). A kind's node embeds it and adds Run.
type Rendered struct {
	config  *expr.Template
	secrets []secret
	escaped []escapedField
}

// Render evaluates the templates. Its errors name the field.
func (r Rendered) Render(scope expr.Scope) (value.Value, error) {
	v, err := r.config.Eval(scope)
	if err != nil {
		return value.Value{}, InField("", err)
	}
	for _, f := range r.escaped {
		text, err := f.template.Eval(scope)
		if err != nil {
			return value.Value{}, InField(f.name, err)
		}
		v = put(v, []string{f.name}, text)
	}
	for i := range r.secrets {
		v = put(v, r.secrets[i].path, r.secrets[i].reference())
	}
	return v, nil
}
