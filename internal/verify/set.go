package verify

import (
	"fmt"
	"slices"
	"strings"
)

// Set is the presets of a binary, by name. It is immutable.
type Set struct {
	list   []Preset
	byName map[string]Preset
}

// NewSet returns a set. It panics if two presets have the same name.
func NewSet(presets ...Preset) *Set {
	s := &Set{byName: make(map[string]Preset, len(presets))}
	for _, p := range presets {
		name := p.Info().Name
		if s.byName[name] != nil {
			panic(fmt.Sprintf("verify: two presets are called %q", name))
		}
		s.byName[name] = p
		s.list = append(s.list, p)
	}
	slices.SortFunc(s.list, func(a, b Preset) int { return strings.Compare(a.Info().Name, b.Info().Name) })
	return s
}

// Find returns the preset with this name, or nil.
func (s *Set) Find(name string) Preset { return s.byName[name] }

// All returns all presets, sorted by name.
func (s *Set) All() []Preset { return slices.Clone(s.list) }

// Names returns the presets' names, sorted.
func (s *Set) Names() []string {
	names := make([]string, len(s.list))
	for i, p := range s.list {
		names[i] = p.Info().Name
	}
	return names
}
