package body

import "strings"

// AcceptPost lists what Decode supports, as the value of an Accept-Post header.
const AcceptPost = "application/json, application/x-www-form-urlencoded, multipart/form-data, " +
	"application/xml, text/*, application/cloudevents+json, application/cloudevents-batch+json"

// The media types that are compared by name.
const (
	typeJSON      = "application/json"
	typeForm      = "application/x-www-form-urlencoded"
	typeMultipart = "multipart/form-data"

	typeCloudEvent      = "application/cloudevents" // prefix of the types of all formats
	typeCloudEventJSON  = "application/cloudevents+json"
	typeCloudEventBatch = "application/cloudevents-batch+json"
)

// MediaType returns the type and subtype of a Content-Type header in lower case, without parameters.
func MediaType(contentType string) string {
	base, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(base))
}

func isJSON(base string) bool {
	return base == typeJSON || strings.HasPrefix(base, "application/") && strings.HasSuffix(base, "+json")
}

func isXML(base string) bool {
	return base == "application/xml" || base == "text/xml" ||
		strings.HasSuffix(base, "+xml") && !strings.HasPrefix(base, typeCloudEvent)
}

func isText(base string) bool { return strings.HasPrefix(base, "text/") }

// parameter returns a parameter of a Content-Type header (RFC 9110 section 8.3.1), unquoted; "" if there is
// none. Names are compared without regard to case. If a parameter is repeated, the first one counts.
func parameter(contentType, name string) string {
	_, rest, _ := strings.Cut(contentType, ";")
	for rest != "" {
		var key, val string
		key, rest = splitAt(rest, "=;")
		if !strings.HasPrefix(rest, "=") {
			rest = strings.TrimPrefix(rest, ";")
			continue
		}
		val, rest = parameterValue(strings.TrimLeft(rest[1:], " \t"))
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return val
		}
	}
	return ""
}

// parameterValue reads a token or a quoted string, and returns what follows the next semicolon.
func parameterValue(s string) (val, rest string) {
	if !strings.HasPrefix(s, `"`) {
		val, rest = splitAt(s, ";")
		return strings.TrimSpace(val), strings.TrimPrefix(rest, ";")
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			_, rest = splitAt(s[i+1:], ";")
			return b.String(), strings.TrimPrefix(rest, ";")
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// splitAt splits s before the first of the given characters.
func splitAt(s, chars string) (before, after string) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}
