package schema

import (
	"strconv"
	"strings"
)

// location is a position in the data; nil is the data itself.
type location struct {
	up   *location
	name string
	i    int // index of an element, if item is set
	item bool
}

// pointer returns the position as a JSON pointer (RFC 6901).
func (p *location) pointer() string {
	if p == nil {
		return ""
	}
	if p.item {
		return p.up.pointer() + "/" + strconv.Itoa(p.i)
	}
	return p.up.pointer() + "/" + escaped(p.name)
}

// escaped returns a member's name as it appears in a pointer. It cuts very long names, so such a pointer is for
// reading only.
func escaped(name string) string {
	name = clip(name)
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// clip shortens a name that came from outside.
func clip(s string) string {
	if len(s) <= clipped {
		return s
	}
	return strings.ToValidUTF8(s[:clipped], "") + "…"
}

// seen records which members and elements of a value have been evaluated, for unevaluatedProperties and
// unevaluatedItems (draft 2020-12, core, section 11). A nil seen records nothing.
type seen struct {
	everyName, everyItem bool
	names                map[string]bool
	first                int // all elements before this index
	items                map[int]bool
}

func (s *seen) name(name string) {
	if s == nil {
		return
	}
	if s.names == nil {
		s.names = make(map[string]bool)
	}
	s.names[name] = true
}

func (s *seen) item(i int) {
	if s == nil {
		return
	}
	if s.items == nil {
		s.items = make(map[int]bool)
	}
	s.items[i] = true
}

func (s *seen) allItems() {
	if s != nil {
		s.everyItem = true
	}
}

func (s *seen) upTo(n int) {
	if s != nil {
		s.first = max(s.first, n)
	}
}

func (s *seen) hasName(name string) bool { return s.everyName || s.names[name] }
func (s *seen) hasItem(i int) bool       { return s.everyItem || i < s.first || s.items[i] }

func (s *seen) merge(other *seen) {
	s.everyName, s.everyItem = s.everyName || other.everyName, s.everyItem || other.everyItem
	s.first = max(s.first, other.first)
	for name := range other.names {
		s.name(name)
	}
	for i := range other.items {
		s.item(i)
	}
}
