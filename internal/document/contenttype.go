package document

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
)

// contentTypes checks the list and writes it in lower case. An entry is a whole type
// (application/json, text/csv) or one of the two patterns of SPEC §4: text/* and *+json.
func (r *reader) contentTypes(list []string) []string {
	var out []string
	seen := make(map[string]bool)
	for i, name := range list {
		at := "trigger.contentTypes" + decode.Index(i)
		lower := strings.ToLower(name)
		switch message := contentTypeProblem(lower); {
		case r.has(at):
		case message != "":
			r.problem(at, message)
		case seen[lower]:
			r.problem(at, decode.Quote(name)+" stands twice; keep one")
		default:
			seen[lower] = true
			out = append(out, lower)
		}
	}
	return out
}

func contentTypeProblem(name string) string {
	known := []string{"application/json", "*+json", "application/x-www-form-urlencoded", "multipart/form-data", "text/*", "text/plain"}
	main, sub, ok := strings.Cut(name, "/")
	switch {
	case name == "*+json":
		return ""
	case strings.Contains(name, ";"):
		return "is written without parameters: " + clipped(strings.TrimSpace(name[:strings.IndexByte(name, ';')]))
	case name == "application/xml", name == "text/xml", ok && strings.HasSuffix(sub, "+xml"):
		return name + " is not yet supported; leave it out"
	case strings.HasPrefix(name, "application/cloudevents"):
		return name + " is not yet supported; leave it out"
	case name == "application/json", name == "application/x-www-form-urlencoded", name == "multipart/form-data":
		return ""
	case main == "text" && (sub == "*" || isToken(sub)):
		return ""
	case isToken(main) && isToken(sub) && len(sub) > len("+json") && strings.HasSuffix(sub, "+json"):
		return ""
	default:
		return decode.Unknown("content type", name, known)
	}
}
