package document

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/schema"
	"hookline.dev/hookline/internal/value"
)

// schema checks trigger.schema, a JSON Schema (draft 2020-12) for the body.
func (r *reader) schema(doc value.Value) value.Value {
	const at = "trigger.schema"
	switch text, isText := doc.Str(); {
	case doc.IsMissing():
	case isText && strings.HasPrefix(strings.TrimSpace(text), "{"):
		r.problem(errorcode.WrongType, at, "is an object; write it without quotes: schema: {type: object, …}")
	case doc.Kind() != value.KindObject:
		r.problem(errorcode.WrongType, at, "must be a JSON Schema, such as {type: object, required: [id]}")
	case doc.Len() == 0:
		r.problem(errorcode.Empty, at, "says nothing, so every body would fit; fill it in or leave it out")
	default:
		r.problems = append(r.problems, decode.Under(at, schema.Check(doc))...)
	}
	return doc
}

// filterDoc is trigger.filter, an expression.
type filterDoc string

// DecodeValue reads the expression. It explains the mistake of writing a condition as an object or list, as
// NocoBase does.
func (d *filterDoc) DecodeValue(v value.Value) []decode.Problem {
	const example = `such as '$context.data.ref == "refs/heads/main"'`
	text, isText := v.Str()
	message := ""
	switch {
	case v.Kind() == value.KindObject, v.Kind() == value.KindArray:
		message = "is an expression, " + example + "; rules belong in a condition node"
	case !isText:
		message = "must be text, " + example
	case strings.TrimSpace(text) == "":
		message = "is empty; write an expression, " + example + ", or leave it out"
	}
	if message != "" {
		return []decode.Problem{{Code: errorcode.Expression, Message: message}}
	}
	*d = filterDoc(text)
	return nil
}

// filter checks the expression that decides whether a call starts an execution.
func (c *compiler) filter(text string) {
	const at = "trigger.filter"
	if text == "" {
		return
	}
	t, err := expr.CompileExpression(text, expr.Options{Roots: []string{"context", "system"}, Lenient: true})
	if err != nil && strings.Contains(text, "{{") {
		c.problem(errorcode.Expression, at, "is an expression; write it without braces, as in $context.data.ref == \"refs/heads/main\"")
		return
	}
	if err != nil {
		c.problem(errorcode.Expression, at, "%s", fault.Message(err))
		return
	}
	if v, constant := t.Constant(); constant && v.Kind() != value.KindBool {
		c.problem(errorcode.Expression, at, "gives %s for every call; it must come to true or false", clipped(v.Text()))
	}
	c.contextNames(at, t)
}
