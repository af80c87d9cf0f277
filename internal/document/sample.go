package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// maxSampleDepth bounds how deep the paths of a sample go.
const maxSampleDepth = 8

// ParametersOf derives parameters from a sample of a call: a URL, a query string, raw headers, a JSON body, or a
// whole raw HTTP request (request line, headers, an empty line, the body). It uses the first element of an array.
// Errors are of kind fault.Invalid.
func ParametersOf(sample string) (flow.Parameters, error) {
	sample = strings.ReplaceAll(sample, "\r\n", "\n")
	trimmed := strings.TrimSpace(sample)
	var s sampler
	var err error
	switch {
	case len(sample) > MaxFile:
		err = invalid("the sample is too large: at most %s", decode.Size(MaxFile))
	case trimmed == "":
		err = invalid("the sample is empty; give a URL, a query string, headers or a JSON body")
	case trimmed[0] == '{' || trimmed[0] == '[':
		err = s.body("application/json", trimmed)
	case isRequest(trimmed):
		err = s.request(strings.TrimLeft(sample, " \n"))
	case isHeaders(trimmed):
		s.headers(trimmed)
	case strings.Contains(trimmed, "\n"):
		err = invalid("the sample is not a URL, a query string, headers (Name: value on each line) or JSON")
	default:
		err = s.url(trimmed)
	}
	if err == nil && len(s.out.Headers)+len(s.out.Query)+len(s.out.Body) == 0 {
		err = invalid("the sample holds no parameters")
	}
	return s.out, err
}

func invalid(format string, args ...any) error {
	return fault.New("document.ParametersOf", fault.Invalid, format, args...)
}

type sampler struct{ out flow.Parameters }

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

func (s *sampler) request(sample string) error {
	head, content, _ := strings.Cut(sample, "\n\n")
	line, headers, _ := strings.Cut(head, "\n")
	if _, query, ok := strings.Cut(strings.Fields(line)[1], "?"); ok {
		if err := s.query(query); err != nil {
			return err
		}
	}
	contentType := "application/json"
	if headers != "" && isHeaders(headers) {
		s.headers(headers)
		for each := range strings.SplitSeq(headers, "\n") {
			if name, v, _ := strings.Cut(each, ":"); strings.EqualFold(strings.TrimSpace(name), "content-type") {
				contentType = strings.TrimSpace(v)
			}
		}
	}
	if content = strings.TrimRight(content, "\n"); content == "" {
		return nil
	}
	return s.body(contentType, content)
}

// url reads the query of a URL, or the sample itself if it is a query already.
func (s *sampler) url(sample string) error {
	sample, _, _ = strings.Cut(sample, "#")
	isURL := strings.Contains(sample, "://") || sample != "" && sample[0] == '/'
	before, query, marked := strings.Cut(sample, "?")
	switch {
	case marked && (isURL || !strings.Contains(before, "=")):
		return s.query(query)
	case isURL:
		return nil
	default:
		return s.query(sample)
	}
}

func (s *sampler) query(raw string) error {
	v, err := body.Query(raw, body.Limits{})
	if err != nil {
		return invalid("%s", fault.Message(err))
	}
	s.out.Query = leaves(v, "", 0, s.out.Query)
	return nil
}

func (s *sampler) body(contentType, text string) error {
	decoded, err := body.Decode(contentType, []byte(text), body.Limits{})
	if err != nil {
		return invalid("%s", fault.Message(err))
	}
	s.out.Body = leaves(decoded.Data, "", 0, s.out.Body)
	return nil
}

// headers collects the header names, except those that every call has.
func (s *sampler) headers(text string) {
	seen := make(map[string]bool)
	for line := range strings.SplitSeq(text, "\n") {
		name, _, _ := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		switch name {
		case "", "host", "content-length", "connection", "accept", "accept-encoding", "user-agent", "transfer-encoding":
			continue
		}
		if !seen[name] && len(s.out.Headers) < MaxParameters {
			seen[name] = true
			s.out.Headers = append(s.out.Headers, flow.Parameter{Key: name})
		}
	}
}

// leaves lists the paths to all scalars and to empty or too deep objects and arrays in v.
func leaves(v value.Value, path string, depth int, list []flow.Parameter) []flow.Parameter {
	if len(list) >= MaxParameters {
		return list
	}
	if depth < maxSampleDepth && v.Len() > 0 {
		if v.Kind() == value.KindArray {
			return leaves(v.At(0), path+"[0]", depth+1, list)
		}
		seen := make(map[string]bool)
		for name, member := range v.Members() {
			if !seen[name] && isPrintable(name) {
				seen[name] = true
				list = leaves(member, joinName(path, name), depth+1, list)
			}
		}
		return list
	}
	if path == "" {
		return list
	}
	return append(list, flow.Parameter{Key: path})
}

// joinName appends a name to a path, in brackets if the parser would not read it back otherwise.
func joinName(path, name string) string {
	dotted := name
	if path != "" {
		dotted = path + "." + name
	}
	plain := name != "" && !strings.ContainsAny(name, ".[]{}\"'`() \t\n\\:,;?!%&|=<>+*~^")
	if plain && parameterProblem("body", dotted) == "" {
		return dotted
	}
	return path + `["` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"]`
}

// isPrintable reports whether a name has only printable characters. Other names get no parameter.
func isPrintable(name string) bool {
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsGraphic(r) {
			return false
		}
	}
	return true
}

// ParametersYAML returns parameters in the form of a document.
func ParametersYAML(p flow.Parameters) string {
	var b strings.Builder
	b.WriteString("parameters:\n")
	for _, part := range []struct {
		name string
		list []flow.Parameter
	}{{"headers", p.Headers}, {"query", p.Query}, {"body", p.Body}} {
		if len(part.list) == 0 {
			continue
		}
		b.WriteString("  " + part.name + ":\n")
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
