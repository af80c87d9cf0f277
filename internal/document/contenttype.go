package document

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
)

// contentTypes checks the list and converts it to lower case. An entry is a whole type (application/json, text/csv)
// or a pattern: text/*, *+json, *+xml. SPEC §4 lists the types.
func (r *reader) contentTypes(list []string) []string {
	var out []string
	seen := make(map[string]bool)
	for i, name := range list {
		at := "trigger.contentTypes" + decode.Index(i)
		lower := strings.ToLower(name)
		switch message := contentTypeProblem(lower); {
		case r.has(at):
		case message != "":
			r.problem(errorcode.Format, at, message)
		case seen[lower]:
			r.problem(errorcode.Duplicate, at, decode.Quote(name)+" is given twice; keep one")
		default:
			seen[lower] = true
			out = append(out, lower)
		}
	}
	return out
}

func contentTypeProblem(name string) string {
	known := []string{
		"application/json", "*+json", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "*+xml",
		"text/*", "text/plain", "application/cloudevents+json", "application/cloudevents-batch+json",
	}
	main, sub, ok := strings.Cut(name, "/")
	switch {
	case slices.Contains(known, name):
		return ""
	case name == "*", name == "*/*":
		return "leave contentTypes out to take every type that is supported"
	case strings.Contains(name, ";"):
		return "is written without parameters: " + clipped(strings.TrimSpace(name[:strings.IndexByte(name, ';')]))
	case main == "application" && strings.HasPrefix(sub, "cloudevents"):
		return "CloudEvents come as application/cloudevents+json, application/cloudevents-batch+json, or in binary mode with the type of their data"
	case main == "text" && (sub == "*" || isToken(sub)):
		return ""
	case ok && isToken(main) && isToken(sub) && (hasSuffix(sub, "+json") || hasSuffix(sub, "+xml")):
		return ""
	default:
		return decode.Unknown("content type", name, known)
	}
}

// hasSuffix reports whether a subtype has a structured syntax suffix (RFC 6839) with a name before it.
func hasSuffix(sub, suffix string) bool {
	return len(sub) > len(suffix) && strings.HasSuffix(sub, suffix)
}
