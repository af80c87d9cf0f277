package variable

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Gap is the first part of a path that leads nowhere.
type Gap struct {
	path   Path
	at     int // 0: the name below the root; i: the i-th segment after it
	Parent string
	Name   string
	Names  []string // that exist in its place; nil: nothing there has names
}

// Gap finds the first part of the path that does not exist. ok is false if the path leads to a value, also to null.
// names lists the variables below a root. Errors are those of the Scope.
func (p Path) Gap(s Scope, names func(root string) []string) (gap Gap, ok bool, err error) {
	v, err := s.Var(p.root, p.first)
	if err != nil {
		return Gap{}, false, err
	}
	if v.IsMissing() {
		return Gap{path: p, Parent: "$" + p.root, Name: p.first, Names: names(p.root)}, true, nil
	}
	for i := range p.segments {
		seg := &p.segments[i]
		if next := seg.step(v); !missing(next, seg, v) {
			v = next
			continue
		}
		parent := Path{root: p.root, first: p.first, segments: p.segments[:i]}
		return Gap{path: p, at: i + 1, Parent: parent.String(), Name: seg.text(), Names: members(v)}, true, nil
	}
	return Gap{}, false, nil
}

// missing reports whether a segment leads nowhere. One that is projected does if no element has it.
func missing(next value.Value, s *segment, v value.Value) bool {
	if v.Kind() != value.KindArray || s.isIndex || s.digits {
		return next.IsMissing()
	}
	for element := range v.Elements() {
		if !missing(s.step(element), s, element) {
			return false
		}
	}
	return true
}

// maxNames is the number of names that a Gap lists.
const maxNames = 200

// members returns the names in an object, or in the objects of an array.
func members(v value.Value) (names []string) {
	switch v.Kind() {
	case value.KindObject:
		for name := range v.Members() {
			if len(names) < maxNames && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	case value.KindArray:
		for element := range v.Elements() {
			for _, name := range members(element) {
				if len(names) < maxNames && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			if len(names) == maxNames {
				break
			}
		}
	default:
	}
	return names
}

// text is the segment as a name.
func (s *segment) text() string {
	if s.isIndex {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return s.name
}

// Nearest returns the path with the name in its place that is the most similar.
func (g Gap) Nearest() (Path, bool) {
	name, ok := nearest.Name(g.Name, g.Names)
	if !ok {
		return Path{}, false
	}
	p := g.path
	if g.at == 0 {
		p.first = name
		return p, true
	}
	p.segments = slices.Clone(p.segments)
	p.segments[g.at-1] = nameSegment(name)
	return p, true
}
