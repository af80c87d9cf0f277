package document

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// filterDoc is trigger.filter, an expression.
type filterDoc string

// DecodeValue reads it, and knows NocoBase's form of conditions.
func (d *filterDoc) DecodeValue(v value.Value) []decode.Problem {
	const example = `such as '$context.data.ref == "refs/heads/main"'`
	text, isText := v.Str()
	message := ""
	switch {
	case v.Kind() == value.KindObject, v.Kind() == value.KindArray:
		message = "is an expression, " + example + "; rules stand in a condition node"
	case !isText:
		message = "must be text, " + example
	case strings.TrimSpace(text) == "":
		message = "is empty; write an expression, " + example + ", or leave it out"
	}
	if message != "" {
		return []decode.Problem{{Message: message}}
	}
	*d = filterDoc(text)
	return nil
}

// filter checks the expression that decides whether a call starts anything.
func (c *compiler) filter(text string) {
	const at = "trigger.filter"
	if text == "" {
		return
	}
	t, err := expr.CompileExpression(text, expr.Options{Roots: []string{"context", "system"}})
	if err != nil && strings.Contains(text, "{{") {
		c.problem(at, "is an expression and stands without braces, as in $context.data.ref == \"refs/heads/main\"")
		return
	}
	if err != nil {
		c.problem(at, "%s", fault.Message(err))
		return
	}
	if v, constant := t.Constant(); constant && v.Kind() != value.KindBool {
		c.problem(at, "gives %s for every call; it must come to true or false", clipped(v.Text()))
	}
	c.contextNames(at, t)
}
