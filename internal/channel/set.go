package channel

import (
	"regexp"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// Set is the list of the kinds of a binary. It is immutable and safe for concurrent use.
type Set struct{ kinds []Kind }

// NewSet returns the set of kinds. It panics if two kinds have the same name.
func NewSet(kinds ...Kind) *Set {
	seen := make(map[string]bool)
	for _, k := range kinds {
		if name := k.Info().Type; seen[name] {
			panic("channel: two kinds are called " + name)
		}
		seen[k.Info().Type] = true
	}
	return &Set{kinds: kinds}
}

// Kinds returns the kinds in the order of the list. The caller must not change the slice.
func (s *Set) Kinds() []Kind { return s.kinds }

// Find returns the kind with a name, or nil.
func (s *Set) Find(name string) Kind {
	for _, k := range s.kinds {
		if k.Info().Type == name {
			return k
		}
	}
	return nil
}

// Names returns the names of the kinds.
func (s *Set) Names() []string {
	names := make([]string, len(s.kinds))
	for i, k := range s.kinds {
		names[i] = k.Info().Type
	}
	return names
}

// name is what a channel may be called.
var name = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,63}$`)

// Compile checks a definition and returns its channel. The paths of problems are "name", "type", and below "config".
func (s *Set) Compile(d Definition) (Channel, Info, []decode.Problem) {
	var problems []decode.Problem
	if !name.MatchString(d.Name) {
		problems = append(problems, decode.Problem{
			Path: "name", Message: "a name has at most 64 lower-case letters a-z, digits and _, and does not begin with a digit",
		})
	}
	kind := s.Find(d.Type)
	if kind == nil {
		return nil, Info{}, append(problems, decode.Problem{Path: "type", Message: decode.Choose(d.Type, s.Names())})
	}
	config := d.Config
	if config.IsNull() {
		config = value.Trusted("{}")
	}
	c, more := kind.Compile(config)
	if problems = append(problems, decode.Under("config", more)...); len(problems) > 0 {
		return nil, Info{}, problems
	}
	return c, kind.Info(), nil
}
