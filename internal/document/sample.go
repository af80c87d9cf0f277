package document

import (
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// MaxSample is the largest sample, in bytes.
const MaxSample = 8 << 20

// ParametersOf derives parameters from a sample of a call: a URL, a query string, raw headers, a JSON or XML body, or a
// whole raw HTTP request (request line, headers, an empty line, the body). Errors are of kind fault.Invalid.
func ParametersOf(sample string) (Found, error) {
	req, err := SampleRequest(sample)
	if err != nil {
		return Found{}, err
	}
	found, err := ParametersIn(req)
	if err == nil && found.none() {
		err = invalid("the sample holds no parameters")
	}
	return found, err
}

// SampleRequest reads the samples that ParametersOf takes. What the sample does not have is missing.
func SampleRequest(sample string) (hook.Request, error) {
	sample = strings.ReplaceAll(sample, "\r\n", "\n")
	trimmed := strings.TrimSpace(sample)
	switch {
	case len(sample) > MaxSample:
		return hook.Request{}, invalid("the sample is too large: at most %s", decode.Size(MaxSample))
	case trimmed == "":
		return hook.Request{}, invalid("the sample is empty; give a URL, a query string, headers or a JSON body")
	case trimmed[0] == '{' || trimmed[0] == '[':
		return hook.Request{ContentType: "application/json", Body: []byte(trimmed)}, nil
	case trimmed[0] == '<':
		return hook.Request{ContentType: "application/xml", Body: []byte(trimmed)}, nil
	case isRequest(trimmed):
		return requestOf(strings.TrimLeft(sample, " \n")), nil
	case isHeaders(trimmed):
		return hook.Request{Headers: headersOf(trimmed)}, nil
	case strings.Contains(trimmed, "\n"):
		return hook.Request{}, invalid("the sample is not a URL, a query string, headers (Name: value on each line), JSON or XML")
	default:
		return hook.Request{Query: QueryOf(trimmed)}, nil
	}
}

func invalid(format string, args ...any) error {
	return fault.New("document.ParametersOf", fault.Invalid, format, args...)
}

// isRequest reports whether the sample begins with a request line, such as POST /a HTTP/1.1.
func isRequest(sample string) bool {
	line, _, _ := strings.Cut(sample, "\n")
	parts := strings.Fields(line)
	return len(parts) == 3 && strings.HasPrefix(parts[2], "HTTP/") && strings.HasPrefix(parts[1], "/")
}

// isHeaders reports whether every line is Name: value. A URL does not count: its colon is followed by //.
func isHeaders(sample string) bool {
	for line := range strings.SplitSeq(sample, "\n") {
		name, rest, ok := strings.Cut(line, ":")
		if !ok || !isToken(strings.TrimSpace(name)) || strings.HasPrefix(rest, "//") {
			return false
		}
	}
	return true
}

// requestOf reads a raw HTTP request.
func requestOf(sample string) hook.Request {
	head, content, _ := strings.Cut(sample, "\n\n")
	line, headers, _ := strings.Cut(head, "\n")
	req := hook.Request{Method: strings.Fields(line)[0], ContentType: "application/json"}
	req.Path, req.Query, _ = strings.Cut(strings.Fields(line)[1], "?")
	if headers != "" && isHeaders(headers) {
		req.Headers = headersOf(headers)
		for _, h := range req.Headers {
			if strings.EqualFold(h.Name, "content-type") {
				req.ContentType = h.Value
			}
		}
	}
	if content = strings.TrimRight(content, "\n"); content != "" {
		req.Body = []byte(content)
		if strings.HasPrefix(body.MediaType(req.ContentType), "multipart/") {
			req.Body = []byte(strings.ReplaceAll(content, "\n", "\r\n")) // RFC 2046 section 5.1.1
		}
	}
	return req
}

func headersOf(text string) (list []hook.Header) {
	for line := range strings.SplitSeq(text, "\n") {
		name, v, _ := strings.Cut(line, ":")
		list = append(list, hook.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(v)})
	}
	return list
}

// QueryOf returns the query of a URL, or the text itself if it is a query already, without the question mark.
func QueryOf(text string) string {
	text, _, _ = strings.Cut(text, "#")
	isURL := strings.Contains(text, "://") || text != "" && text[0] == '/'
	before, query, marked := strings.Cut(text, "?")
	switch {
	case marked && (isURL || !strings.Contains(before, "=")):
		return query
	case isURL:
		return ""
	default:
		return text
	}
}

// ParametersYAML returns parameters in the form of a document. Comments say what was left out.
func ParametersYAML(f Found) string {
	var b strings.Builder
	b.WriteString("parameters:\n")
	for _, part := range []struct {
		name string
		list []FoundParameter
	}{{"headers", f.Headers}, {"query", f.Query}, {"body", f.Body}} {
		if len(part.list) == 0 {
			continue
		}
		b.WriteString("  " + part.name + ":\n")
		if n := f.Omitted[part.name]; n.Count > 0 {
			b.WriteString("    # " + n.String() + "\n")
		}
		for _, each := range part.list {
			b.WriteString("    - {key: " + scalarYAML(each.Key))
			if each.Alias != "" {
				b.WriteString(", alias: " + scalarYAML(each.Alias))
			}
			b.WriteString("}\n")
		}
	}
	return b.String()
}

// scalarYAML writes a text without quotes if YAML certainly reads it back unchanged, otherwise in quotes.
func scalarYAML(text string) string {
	for i := range len(text) {
		c := text[i]
		if c != '_' && c != '.' && c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return quoted(text)
		}
	}
	if kind, _, problem := core(text); kind != value.KindString || problem != "" || text[0] == '-' {
		return quoted(text)
	}
	return text
}
