package variable

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// Path refers to one variable: a root, a name below it, and further segments.
type Path struct {
	root, first string
	segments    []segment
}

// segment is one step of a path. A name made only of digits also works as an index on an array, as in data.items.0.
type segment struct {
	name    string
	index   int
	isIndex bool // written in brackets
	digits  bool
}

// Parse parses exactly one path, such as `$context.data.ref`. Its root must exist; Options decide whether it may be
// used. Errors are of kind fault.Invalid.
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

// Root returns the canonical root without its $: "nodes" for $jobsMapByNodeKey.
func (p Path) Root() string { return p.root }

// Name returns the name below the root: "data" in $context.data.ref, and the node's key in $nodes.key.
func (p Path) Name() string { return p.first }

// Lookup returns the value of the path. What does not exist is null. Errors are faults of the Scope's kind.
func (p Path) Lookup(s Scope) (value.Value, error) {
	v, err := p.Find(s)
	if err != nil {
		return value.Value{}, diag.ToFault("expr.Lookup", p.String(), "", err)
	}
	return v, nil
}

// Find is Lookup with the Scope's own error in the chain.
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

// lookupError names the variable that a Scope failed to return.
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

// project takes the member of every element. Where there is none it uses null, so that results have the same
// indexes as the array.
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

// String returns the path in a form that Parse reads.
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

// Member returns the member of a value by a name in a path, or Missing if there is none.
func Member(v value.Value, name string) value.Value {
	s := nameSegment(name)
	return s.step(v)
}

// Index reports whether a name consists only of digits and thus also works as an index, and returns that index.
func Index(name string) (int, bool) {
	s := nameSegment(name)
	return s.index, s.digits
}

// IsAllHeaders reports whether the path is $context.headers itself, whose names are stored in lower case.
func (p Path) IsAllHeaders() bool { return p.isHeaders() && len(p.segments) == 0 }
