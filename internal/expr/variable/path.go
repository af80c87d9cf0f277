package variable

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// Path leads to one variable: a root, a name below it, and what follows.
type Path struct {
	root, first string
	segments    []segment
}

// segment is one further step. A name made of digits alone is also an index
// when it meets an array, as in data.items.0.
type segment struct {
	name    string
	index   int
	isIndex bool // written in brackets
	digits  bool
}

// Parse reads one path and nothing else, such as `$context.data.ref`. Its
// root must exist; whether it may be used is for Options to say.
func Parse(src string) (Path, error) {
	if !strings.HasPrefix(src, "$") {
		return Path{}, diag.ToFault("expr.ParsePath", "", src, diag.At(0, "a path starts with its $root, as in $context.data.ref"))
	}
	p, end, err := Read(src, 0)
	if err == nil && end < len(src) {
		err = diag.At(end, "this path ends here: a name with other characters is written in brackets and quotes, as in %s[\"any key\"]", p)
	}
	if err == nil {
		if text := CheckRoot(p.root); text != "" {
			err = diag.At(0, "%s", text)
		}
	}
	if err != nil {
		return Path{}, diag.ToFault("expr.ParsePath", "", src, err)
	}
	return p, nil
}

// Root is the canonical root without its $: "nodes" for $jobsMapByNodeKey.
func (p Path) Root() string { return p.root }

// Name is the name below the root: "data" in $context.data.ref, and the node's
// key in $nodes.key.
func (p Path) Name() string { return p.first }

// Lookup follows the path. What does not exist is null.
func (p Path) Lookup(s Scope) (value.Value, error) {
	v, err := p.Find(s)
	if err != nil {
		return value.Value{}, diag.ToFault("expr.Lookup", p.String(), "", err)
	}
	return v, nil
}

// Find is Lookup with the scope's own error.
func (p Path) Find(s Scope) (value.Value, error) {
	v, err := s.Var(p.root, p.first)
	if err != nil {
		return value.Value{}, &lookupError{path: p.String(), cause: err}
	}
	for i := range p.segments {
		v = p.segments[i].step(v)
	}
	if v.IsMissing() {
		return value.Null(), nil
	}
	return v, nil
}

// lookupError names the variable that a Scope failed to deliver.
type lookupError struct {
	path  string
	cause error
}

func (u *lookupError) Error() string { return u.path + ": " + u.cause.Error() }
func (u *lookupError) Unwrap() error { return u.cause }

func (s *segment) step(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindObject:
		if s.isIndex {
			return value.Value{}
		}
		return v.Get(s.name)
	case value.KindArray:
		if s.isIndex || s.digits {
			return v.At(s.index)
		}
		return project(v, s)
	default:
		return value.Value{}
	}
}

// project takes the member of every element, null where there is none, so that
// results stay in step with the array.
func project(v value.Value, s *segment) value.Value {
	var out value.ArrayBuilder
	for element := range v.Elements() {
		member := s.step(element)
		if member.IsMissing() {
			member = value.Null()
		}
		out.Add(member)
	}
	return out.Value()
}

// String writes the path as it can be read back.
func (p Path) String() string {
	b := append([]byte{'$'}, p.root...)
	b = appendName(b, p.first)
	for _, s := range p.segments {
		if s.isIndex {
			b = strconv.AppendInt(append(b, '['), int64(s.index), 10)
			b = append(b, ']')
		} else {
			b = appendName(b, s.name)
		}
	}
	return string(b)
}

func appendName(b []byte, name string) []byte {
	if name != "" && NameEnd(name, 0) == len(name) {
		return append(append(b, '.'), name...)
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(name)
	return append(append(append(b, `["`...), quoted...), `"]`...)
}

// Member is the member of a value that a path's name leads to: the zero Value where there is none.
func Member(v value.Value, name string) value.Value {
	s := nameSegment(name)
	return s.step(v)
}

// Index reports whether a name is made of digits alone, so that it is also an index.
func Index(name string) (int, bool) {
	s := nameSegment(name)
	return s.index, s.digits
}

// IsAllHeaders reports whether the path is $context.headers itself, whose names are kept in lower case.
func (p Path) IsAllHeaders() bool { return p.isHeaders() && len(p.segments) == 0 }
