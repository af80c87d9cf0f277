package verify

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// field is a text of a scheme that a workflow may set.
type field struct {
	path string
	text *string
}

// fields lists the texts of a scheme that may be placeholders, under the paths that check uses. The caller must
// own the lists and maps of s, because fill modifies them.
func (s *Scheme) fields() []field {
	return []field{
		{"alg", &s.Alg},
		{"encoding", &s.Encoding},
		{"key", &s.Key},
		{"signed", &s.Signed},
		{"sig.header", &s.Sig.Header},
		{"sig.query", &s.Sig.Query},
		{"sig.prefix", &s.Sig.Prefix},
		{"timestamp.header", &s.Timestamp.Header},
		{"timestamp.unit", &s.Timestamp.Unit},
		{"id.header", &s.ID.Header},
	}
}

// placeholder returns the name in {keys.name}, or "" if the text is not a placeholder.
func placeholder(text string) string {
	name, ok := strings.CutPrefix(text, "{keys.")
	if !ok || !strings.HasSuffix(name, "}") {
		return ""
	}
	return strings.TrimSuffix(name, "}")
}

// placeholders lists the names of the keys that fill the scheme's placeholders.
func (s Scheme) placeholders() []string {
	var names []string
	add := func(text string) {
		if name := placeholder(text); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, f := range s.fields() {
		add(*f.text)
	}
	for _, header := range slices.Sorted(maps.Keys(s.MatchHeader)) {
		add(s.MatchHeader[header])
	}
	return names
}

// strayPlaceholder returns a placeholder that no workflow can fill, "" when there is none: a setting
// without effect is an error.
func (s Scheme) strayPlaceholder() string {
	for _, f := range s.fields() { // s is a copy
		if placeholder(*f.text) != "" {
			*f.text = ""
		}
	}
	s.MatchHeader = maps.Clone(s.MatchHeader)
	maps.DeleteFunc(s.MatchHeader, func(_, text string) bool { return placeholder(text) != "" })
	text, _ := json.Marshal(s) // cannot fail: plain data
	if _, rest, found := strings.Cut(string(text), "{keys."); found {
		name, _, _ := strings.Cut(rest, "}")
		return "{keys." + name + "}"
	}
	return ""
}

// fill replaces the placeholders with values, or with the defaults of keys that are not set. It also returns
// which key filled each field, so that a problem with the field can name the key.
func (s Scheme) fill(values map[string]string, keys []Key) (filled Scheme, from map[string]string) {
	from = make(map[string]string)
	value := func(name string) string {
		if v, ok := values[name]; ok && v != "" {
			return v
		}
		for _, k := range keys {
			if k.Name == name {
				return k.Default
			}
		}
		return ""
	}
	for _, f := range s.fields() { // s is a copy
		if name := placeholder(*f.text); name != "" {
			from[f.path] = name
			*f.text = value(name)
		}
	}
	s.MatchHeader = maps.Clone(s.MatchHeader)
	for header, text := range s.MatchHeader {
		if name := placeholder(text); name != "" {
			s.MatchHeader[header] = value(name)
		}
	}
	if s.Timestamp.Header == "" && s.Timestamp.JSON == "" && !s.Timestamp.Pair && from["timestamp.header"] != "" {
		s.Timestamp = Timestamp{} // the workflow sets no timestamp
	}
	return s, from
}
