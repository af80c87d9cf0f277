package vectors

import (
	"fmt"
	"net/http"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// Render evaluates a template over the $context of a call, as a workflow with the described preset does. A body
// that cannot be decoded has no fields, and a missing value renders as "".
func Render(info verify.Info, template string, call verify.Call) (string, error) {
	if template == "" {
		return "", nil
	}
	compiled, err := expr.Compile(template, expr.Options{Roots: []string{"context"}})
	if err != nil {
		return "", fmt.Errorf("%s: %w", template, err)
	}
	v, err := compiled.Eval(scopeOf(info, call))
	if err != nil {
		return "", fmt.Errorf("%s: %w", template, err)
	}
	if s, ok := v.Str(); ok {
		return s, nil
	}
	if v.IsMissing() || v.IsNull() {
		return "", nil
	}
	return v.Text(), nil
}

// scope is the $context of a call.
type scope struct{ context hook.Context }

func scopeOf(info verify.Info, call verify.Call) scope {
	req := hook.Request{
		Method: call.Method, Query: call.Query, ContentType: call.Header.Get("Content-Type"), Form: info.Form, As: info.As,
		Headers: headersOf(call.Header), Body: call.Body,
	}
	c, err := body.Context(req)
	if err != nil {
		c.Data = value.Null()
	}
	return scope{c}
}

func headersOf(header http.Header) []hook.Header {
	var list []hook.Header
	for name, lines := range header {
		for _, line := range lines {
			list = append(list, hook.Header{Name: name, Value: line})
		}
	}
	return list
}

// Var implements expr.Scope.
func (s scope) Var(root, name string) (value.Value, error) {
	if root != "context" {
		return value.Value{}, nil
	}
	return body.Variable(&s.context, name), nil
}
