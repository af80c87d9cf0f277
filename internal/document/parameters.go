package document

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
)

// parametersDoc declares the parts of a call.
type parametersDoc struct {
	Headers []parameterDoc `json:"headers" max:"500"`
	Query   []parameterDoc `json:"query" max:"500"`
	Body    []parameterDoc `json:"body" max:"500"`
}

type parameterDoc struct {
	Key   string `json:"key" required:"true"`
	Alias string `json:"alias" max:"200"`
}

// Hint recognizes other products' names for a parameter's fields.
func (*parameterDoc) Hint(field string) string {
	switch field {
	case "name", "path":
		return "write key"
	case "label", "title":
		return "write alias"
	default:
		return ""
	}
}

func (r *reader) parameters(doc parametersDoc) flow.Parameters {
	return flow.Parameters{
		Headers: r.declared("headers", doc.Headers),
		Query:   r.declared("query", doc.Query),
		Body:    r.declared("body", doc.Body),
	}
}

// declared checks the parameters of one part. Keys are header names, or paths below $context.
func (r *reader) declared(part string, list []parameterDoc) []flow.Parameter {
	var out []flow.Parameter
	seen := make(map[string]bool)
	for i, p := range list {
		at := "trigger.parameters." + part + decode.Index(i)
		key := p.Key
		if part == "headers" {
			key = strings.ToLower(key)
		}
		switch message := parameterProblem(part, p.Key); {
		case r.has(at, at+".key"):
		case message != "":
			r.problem(errorcode.Format, at+".key", message)
		case seen[key]:
			r.problem(errorcode.Duplicate, at+".key", decode.Quote(p.Key)+" is given twice; keep one")
		}
		seen[key] = true
		out = append(out, flow.Parameter{Key: p.Key, Alias: p.Alias})
	}
	return out
}

func parameterProblem(part, key string) string {
	if part == "headers" {
		if !isToken(key) {
			return decode.Quote(key) + " is not a valid header name"
		}
		return ""
	}
	if strings.HasPrefix(key, "$context.") || strings.HasPrefix(strings.TrimSpace(key), "{{") {
		return "write the path below the " + part + " alone, without $context and braces"
	}
	dot := "."
	if strings.HasPrefix(key, "[") {
		dot = ""
	}
	if _, err := expr.ParsePath("$context.data" + dot + key); err != nil {
		return decode.Quote(key) + ` is not a valid path; write names, dots and brackets, as in query[0].a or ["any key"].b`
	}
	return ""
}
