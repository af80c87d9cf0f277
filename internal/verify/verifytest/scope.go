package verifytest

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// context is $context of a call: what the dedupe key and the event of a preset are taken from.
type context struct{ call verify.Call }

// Var implements expr.Scope.
func (c context) Var(root, name string) (value.Value, error) {
	if root != "context" {
		return value.Value{}, nil
	}
	switch name {
	case "data", "body":
		data, err := value.ParseBytes(c.call.Body, value.Limits{})
		if err != nil {
			return value.Null(), nil //nolint:nilerr // what is no JSON has no fields
		}
		return data, nil
	case "headers":
		var b value.ObjectBuilder
		for name, lines := range c.call.Header {
			b.Set(strings.ToLower(name), value.String(strings.Join(lines, ", ")))
		}
		return b.Value(), nil
	default:
		return value.Value{}, nil
	}
}

// Render evaluates a template over $context of a call.
func Render(tb testing.TB, template string, call verify.Call) string {
	tb.Helper()
	compiled, err := expr.Compile(template, expr.Options{Roots: []string{"context"}})
	if err != nil {
		tb.Errorf("%s: %v", template, err)
		return ""
	}
	v, err := compiled.Eval(context{call})
	if err != nil {
		tb.Errorf("%s: %v", template, err)
	}
	if s, ok := v.Str(); ok {
		return s
	}
	if v.IsMissing() || v.IsNull() {
		return ""
	}
	return v.Text()
}
