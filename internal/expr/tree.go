package expr

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// Problem is one thing wrong in a config tree.
type Problem struct {
	Path    string // below the tree, such as values.branch or and[0].op
	Message string // a sentence that says what to do
}

// CompileValue reads a whole config tree: every string in it is a template, at
// any depth, and so is every key. All problems are reported at once; with any
// of them the Template is nil.
func CompileValue(v value.Value, o Options) (*Template, []Problem) {
	c := newCompiler(o)
	p, problems := c.tree(v, "")
	if len(problems) > 0 {
		return nil, problems
	}
	source := v.Text()
	if s, ok := v.Str(); ok {
		source = s // so that places count as they do in the text itself
	}
	return c.template(source, p), nil
}

// tree compiles v, whose path below the config is at.
func (c *compiler) tree(v value.Value, at string) (program, []Problem) {
	if v.IsMissing() {
		v = value.Null()
	}
	w := treeWriter{compiler: c}
	w.write(v, at, 0)
	if len(w.problems) > 0 {
		return nil, w.problems
	}
	if len(w.parts) == 0 {
		return constant{value.TrustedBytes(w.pending)}, nil
	}
	if len(w.parts) == 1 && len(w.pending) == 0 && w.parts[0].before == "" && w.parts[0].nesting == 0 {
		if at == "" {
			return w.parts[0].program, nil
		}
		return inPlace{w.parts[0]}, nil
	}
	return &tree{parts: w.parts, tail: string(w.pending)}, nil
}

// tree is a config with templates in it, flattened: literal JSON and, between,
// what is computed. It is rendered into one buffer.
type tree struct {
	parts []treePart
	tail  string
}

// treePart is one computed value or key and the literal JSON before it.
type treePart struct {
	before  string
	program program
	isKey   bool
	nesting int    // arrays and objects around it
	field   string // for messages
	source  string
}

func (t *tree) value(r *run) (value.Value, error) {
	dst := make([]byte, 0, 64+2*len(t.tail)+64*len(t.parts))
	var err error
	for i := range t.parts {
		part := &t.parts[i]
		dst = append(dst, part.before...)
		if dst, err = part.append(r, dst); err != nil {
			return value.Value{}, part.blame(err)
		}
		if err := r.fits(len(dst) + len(t.tail)); err != nil {
			return value.Value{}, part.blame(err)
		}
	}
	return value.TrustedBytes(append(dst, t.tail...)), nil
}

func (p *treePart) blame(err error) error { return &fieldError{p.field, p.source, err} }

func (p *treePart) append(r *run, dst []byte) ([]byte, error) {
	if text, ok := p.program.(mixedText); ok {
		return text.append(r, dst)
	}
	v, err := p.program.value(r)
	if err != nil {
		return nil, err
	}
	if p.isKey {
		return append(appendAsText(append(dst, '"'), v), '"'), nil
	}
	if err := r.fits(len(dst) + len(v.Text())); err != nil {
		return nil, err
	}
	if tooDeep(v, p.nesting) {
		return nil, exhausted(fmt.Sprintf("the result nests deeper than %d", MaxDepth))
	}
	return v.Append(dst), nil
}

func tooDeep(v value.Value, around int) bool {
	// A text of 2n bytes cannot nest deeper than n.
	return around+len(v.Text())/2 > MaxDepth && around+v.Depth() > MaxDepth
}

// inPlace is a tree that is one string, so that its value passes untouched.
type inPlace struct{ part treePart }

func (p inPlace) value(r *run) (value.Value, error) {
	v, err := p.part.program.value(r)
	if err != nil {
		err = p.part.blame(err)
	}
	return v, err
}

// treeWriter flattens a tree.
type treeWriter struct {
	*compiler
	parts    []treePart
	pending  []byte // literal JSON since the last part
	folded   int    // templates that turned out to be constants
	problems []Problem
}

func (w *treeWriter) complain(at, format string, args ...any) {
	w.problems = append(w.problems, Problem{at, fmt.Sprintf(format, args...)})
}

func (w *treeWriter) write(v value.Value, at string, nesting int) {
	parts, pending, problems, folded := len(w.parts), len(w.pending), len(w.problems), w.folded
	if nesting > MaxDepth {
		w.complain(at, "this nests deeper than %d", MaxDepth)
		return
	}
	switch v.Kind() {
	case value.KindString:
		s, _ := v.Str()
		w.template(s, at, nesting, false)
	case value.KindArray:
		w.array(v, at, nesting+1)
	case value.KindObject:
		w.object(v, at, nesting+1)
	default:
		w.pending = v.Append(w.pending)
	}
	if len(w.parts) == parts && len(w.problems) == problems && w.folded == folded {
		w.pending = v.Append(w.pending[:pending]) // nothing computed: the exact text
	}
}

func (w *treeWriter) array(v value.Value, at string, nesting int) {
	w.pending = append(w.pending, '[')
	i := 0
	for element := range v.Elements() {
		if i > 0 {
			w.pending = append(w.pending, ',')
		}
		w.write(element, fmt.Sprintf("%s[%d]", at, i), nesting)
		i++
	}
	w.pending = append(w.pending, ']')
}

func (w *treeWriter) object(v value.Value, at string, nesting int) {
	w.pending = append(w.pending, '{')
	first := true
	for name, member := range v.Members() {
		if !first {
			w.pending = append(w.pending, ',')
		}
		first = false
		below := under(at, name)
		if strings.HasPrefix(name, "$") && member.IsNull() {
			if _, err := ParsePath(strings.TrimSpace(name)); err == nil {
				w.complain(at, `this looks like an unquoted {{ }}, which YAML takes for a map; write it in quotes: "{{%s}}"`, name)
				continue
			}
		}
		w.template(name, below, nesting, true)
		w.pending = append(w.pending, ':')
		w.write(member, below, nesting)
	}
	w.pending = append(w.pending, '}')
}

// template compiles one string of the tree.
func (w *treeWriter) template(src, at string, nesting int, isKey bool) {
	p, err := w.text(src)
	if err != nil {
		w.problems = append(w.problems, problem(at, src, err))
		return
	}
	if c, ok := p.(constant); ok {
		if strings.Contains(src, "{{") {
			w.folded++
		}
		if isKey {
			w.pending = append(appendAsText(append(w.pending, '"'), c.v), '"')
		} else {
			w.pending = c.v.Append(w.pending)
		}
		return
	}
	w.parts = append(w.parts, treePart{
		before: string(w.pending), program: p, isKey: isKey, nesting: nesting, field: at, source: src,
	})
	w.pending = w.pending[:0]
}

func problem(at, src string, err error) Problem {
	if m, ok := asMistake(err); ok {
		return Problem{at, m.place(src)}
	}
	return Problem{at, err.Error()}
}

// under puts a member's name below a path, in quotes when it is no plain name.
func under(at, name string) string {
	if name == "" || nameEnd(name, 0) != len(name) {
		return at + fmt.Sprintf("[%q]", name)
	}
	if at == "" {
		return name
	}
	return at + "." + name
}
