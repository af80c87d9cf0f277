package template

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/variable"
	"hookline.dev/hookline/internal/value"
)

// Problem is one error in a config tree.
type Problem struct {
	Path    string // below the tree, such as values.branch or and[0].op
	Message string // a message that says what to do
}

// CompileTree compiles v. at is the path of v below the config, for messages.
func CompileTree(c *compile.Compiler, v value.Value, at string) (eval.Program, []Problem) {
	if v.IsMissing() {
		v = value.Null()
	}
	w := treeWriter{Compiler: c}
	w.write(v, at, 0)
	if len(w.problems) > 0 {
		return nil, w.problems
	}
	if len(w.parts) == 0 {
		return eval.Constant{V: value.TrustedBytes(w.pending)}, nil
	}
	if len(w.parts) == 1 && len(w.pending) == 0 && w.parts[0].before == "" && w.parts[0].nesting == 0 {
		if at == "" {
			return w.parts[0].program, nil
		}
		return singleString{w.parts[0]}, nil
	}
	return &tree{parts: w.parts, tail: string(w.pending)}, nil
}

// tree is a config with templates, flattened into literal JSON and the computed parts between. It is rendered into
// one buffer.
type tree struct {
	parts []treePart
	tail  string
}

// treePart is one computed value or key and the literal JSON before it.
type treePart struct {
	before  string
	program eval.Program
	isKey   bool
	nesting int    // number of enclosing arrays and objects
	field   string // for messages
	source  string
}

func (t *tree) Value(r *eval.Run) (value.Value, error) {
	dst := make([]byte, 0, 64+2*len(t.tail)+64*len(t.parts))
	var err error
	for i := range t.parts {
		part := &t.parts[i]
		dst = append(dst, part.before...)
		if dst, err = part.append(r, dst); err != nil {
			return value.Value{}, part.locate(err)
		}
		if err := r.CheckOutput(len(dst) + len(t.tail)); err != nil {
			return value.Value{}, part.locate(err)
		}
	}
	return value.TrustedBytes(append(dst, t.tail...)), nil
}

func (p *treePart) locate(err error) error {
	return &diag.FieldError{Field: p.field, Source: p.source, Cause: err}
}

func (p *treePart) append(r *eval.Run, dst []byte) ([]byte, error) {
	if text, ok := p.program.(mixedText); ok {
		return text.append(r, dst)
	}
	v, err := p.program.Value(r)
	if err != nil {
		return nil, err
	}
	if p.isKey {
		return append(appendText(append(dst, '"'), v), '"'), nil
	}
	if err := r.CheckOutput(len(dst) + len(v.Text())); err != nil {
		return nil, err
	}
	if eval.TooDeep(v, p.nesting) {
		return nil, diag.OverBudget(fmt.Sprintf("the result nests deeper than %d", eval.MaxDepth))
	}
	return v.Append(dst), nil
}

// singleString is a tree that consists of one string, so that its value is passed on unchanged.
type singleString struct{ part treePart }

func (p singleString) Value(r *eval.Run) (value.Value, error) {
	v, err := p.part.program.Value(r)
	if err != nil {
		err = p.part.locate(err)
	}
	return v, err
}

// treeWriter flattens a tree.
type treeWriter struct {
	*compile.Compiler
	parts    []treePart
	pending  []byte // literal JSON since the last part
	folded   int    // templates that turned out to be constant
	problems []Problem
}

func (w *treeWriter) report(at, format string, args ...any) {
	w.problems = append(w.problems, Problem{Path: at, Message: fmt.Sprintf(format, args...)})
}

func (w *treeWriter) write(v value.Value, at string, nesting int) {
	parts, pending, problems, folded := len(w.parts), len(w.pending), len(w.problems), w.folded
	if nesting > eval.MaxDepth {
		w.report(at, "this nests deeper than %d", eval.MaxDepth)
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
		w.pending = v.Append(w.pending[:pending]) // nothing was computed: keep the exact text
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
		below := Join(at, name)
		if strings.HasPrefix(name, "$") && member.IsNull() {
			if _, err := variable.Parse(strings.TrimSpace(name)); err == nil {
				w.report(at, `this looks like an unquoted {{ }}, which YAML takes for a map; write it in quotes: "{{%s}}"`, name)
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
	p, err := CompileText(w.Compiler, src)
	if err != nil {
		w.problems = append(w.problems, ProblemOf(at, src, err))
		return
	}
	if c, ok := p.(eval.Constant); ok {
		if strings.Contains(src, "{{") {
			w.folded++
		}
		if isKey {
			w.pending = append(appendText(append(w.pending, '"'), c.V), '"')
		} else {
			w.pending = c.V.Append(w.pending)
		}
		return
	}
	w.parts = append(w.parts, treePart{
		before: string(w.pending), program: p, isKey: isKey, nesting: nesting, field: at, source: src,
	})
	w.pending = w.pending[:0]
}

// ProblemOf returns the problem for an error in the text src, which is at a path of the config.
func ProblemOf(at, src string, err error) Problem {
	if m, ok := diag.AsError(err); ok {
		return Problem{Path: at, Message: m.Locate(src)}
	}
	return Problem{Path: at, Message: err.Error()}
}

// Join appends a member's name to a path, in brackets and quotes if it is not a plain name.
func Join(at, name string) string {
	if name == "" || variable.NameEnd(name, 0) != len(name) {
		return at + fmt.Sprintf("[%q]", name)
	}
	if at == "" {
		return name
	}
	return at + "." + name
}
