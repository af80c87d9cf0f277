package ingress

import (
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/schema"
	"hookline.dev/hookline/internal/value"
)

// compileSchema compiles the trigger's schema. Package document has already reported problems with their lines.
func compileSchema(doc value.Value, wrong *problems) *schema.Schema {
	if doc.IsMissing() {
		return nil
	}
	s, found := schema.Compile(doc)
	for _, p := range found {
		wrong.add(strings.TrimSuffix("trigger.schema."+p.Path, "."), p.Message)
	}
	return s
}

// validate compares the data with the trigger's schema.
func (c *call) validate() *outcome {
	s := c.route.schema
	if s == nil {
		return nil
	}
	found := s.Validate(c.context.Data)
	if len(found) == 0 {
		return nil
	}
	return &outcome{
		status: http.StatusUnprocessableEntity, problem: problemSchema, title: "Data does not match the schema",
		detail: "See errors: each pointer names a location in the data.", violations: found,
		reason: "the data does not match the schema: " + first(found),
	}
}

// first describes the first violation, for the operator.
func first(found []schema.Violation) string {
	pointer := found[0].Pointer
	if pointer == "" {
		pointer = "the data"
	}
	text := pointer + " " + found[0].Message
	if len(found) > 1 {
		text += ", and more"
	}
	return text
}

// appendViolations adds violations to a problem document, as its member errors.
func appendViolations(problem []byte, found []schema.Violation) []byte {
	b := problem[:len(problem)-1]
	b = append(b, `,"errors":[`...)
	for i, v := range found {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendQuoted(append(b, `{"pointer":`...), v.Pointer)
		b = value.AppendQuoted(append(b, `,"message":`...), v.Message)
		b = append(b, '}')
	}
	return append(b, `]}`...)
}
