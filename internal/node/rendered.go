package node

import (
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// Rendered is the half of a Node that most kinds share: the input is the config with its templates
// replaced, and with references where it uses secrets (Resolve). A kind's node embeds it and adds Run.
type Rendered struct {
	config  *expr.Template
	secrets []secret
}

// Render implements Node. Its errors name the field.
func (r Rendered) Render(scope expr.Scope) (value.Value, error) {
	v, err := r.config.Eval(scope)
	if err != nil {
		return value.Value{}, InField("", err)
	}
	for i := range r.secrets {
		v = put(v, r.secrets[i].path, r.secrets[i].reference())
	}
	return v, nil
}
