package document

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// The range of statuses that a response may have. 1xx is reserved for the protocol.
const (
	minStatus = 200
	maxStatus = 599
)

// answer checks the parts of the trigger's response that contain no templates.
func (r *reader) answer(doc *responseDoc) *flow.Answer {
	if doc == nil {
		return nil
	}
	const at = "trigger.response"
	if message := statusProblem(doc.Status); message != "" {
		r.problem(errorcode.Format, at+".status", message)
	}
	switch doc.Headers.Kind() {
	case value.KindMissing, value.KindObject:
	default:
		r.problem(errorcode.WrongType, at+".headers", "must be an object, such as {Content-Type: text/plain}")
	}
	seen := make(map[string]bool)
	for name, v := range doc.Headers.Members() {
		path := decode.Join(at+".headers", decode.Name(name))
		lower := strings.ToLower(name)
		switch why := headerProblem(name, v); {
		case seen[lower]:
			r.problem(errorcode.Duplicate, path, decode.Quote(name)+" is given twice; keep one")
		case why != "":
			r.problem(errorcode.Format, path, why)
		}
		seen[lower] = true
		if v.Kind() != value.KindNumber && v.Kind() != value.KindString {
			r.problem(errorcode.WrongType, path, "a header's value is a string or a number")
		}
	}
	return &flow.Answer{Status: doc.Status, Headers: doc.Headers, Body: doc.Body}
}

func statusProblem(v value.Value) string {
	if text, ok := v.Str(); ok && strings.Contains(text, "{{") || v.IsMissing() {
		return ""
	}
	if n, ok := v.Int(); ok && minStatus <= n && n <= maxStatus {
		return ""
	}
	return fmt.Sprintf("must be a number from %d to %d or a template, not %s", minStatus, maxStatus, clipped(v.Text()))
}

// headerProblem returns why a header is not allowed in a response, or "". It skips values that contain a template;
// those are checked after rendering.
func headerProblem(name string, v value.Value) string {
	text, _ := v.Str()
	if strings.Contains(text, "{{") {
		text = ""
	}
	why := hook.ReplyHeaderProblem(name, text)
	switch {
	case why == "":
		return ""
	case isToken(name):
		return name + " " + why
	default:
		return decode.Quote(name) + " " + why
	}
}

func isToken(name string) bool { return hook.IsToken(name) }
