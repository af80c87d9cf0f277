package app

import (
	"context"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/value"
)

// explains adapts the front door's explanations to the API.
type explains struct{ door *ingress.Handler }

// Explain evaluates the gates again.
func (x explains) Explain(ctx context.Context, d hook.Delivery) (api.Explanation, error) {
	found := x.door.Explain(ctx, d, nil)
	e := api.Explanation{Route: found.Route, Variables: variablesOf(d.Request)}
	for _, v := range found.Today {
		e.Today = append(e.Today, api.Verdict(v))
	}
	for _, h := range found.Hypotheses {
		e.Hypotheses = append(e.Hypotheses, api.Hypothesis(h))
	}
	return e, nil
}

// variablesOf returns $context as a workflow sees it, but without the raw body, which the delivery contains. It
// is missing if the call cannot be decoded.
func variablesOf(req hook.Request) api.JSON {
	seen, err := body.Context(req)
	if err != nil {
		return api.JSON{}
	}
	var b value.ObjectBuilder
	for _, name := range []string{"data", "headers", "query", "params", "files", "method", "path", "ip", "receivedAt"} {
		b.Set(name, body.Variable(&seen, name))
	}
	return api.JSON{Value: b.Value()}
}
