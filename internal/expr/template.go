package expr

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// Template is something compiled: a text, a config tree, an expression or a
// condition. It is immutable and safe for concurrent use.
type Template struct {
	source  string
	paths   []Path
	locals  int
	limits  Limits
	program program
}

// program is one compiled piece.
type program interface {
	// value never returns Missing.
	value(r *run) (value.Value, error)
}

// Compile reads a text with {{ tokens }}. A text without one is a constant. A
// token that is alone but for blanks keeps its value's type and exact text;
// within other text null becomes nothing and objects become JSON.
func Compile(src string, o Options) (*Template, error) {
	c := newCompiler(o)
	p, err := c.text(src)
	if err != nil {
		return nil, outward("expr.Compile", "", src, err)
	}
	return c.template(src, p), nil
}

// CompileExpression reads a bare expression, such as
// `$context.data.ref == "refs/heads/main"`.
func CompileExpression(src string, o Options) (*Template, error) {
	c := newCompiler(o)
	p, err := c.bare(src)
	if err != nil {
		return nil, outward("expr.CompileExpression", "", src, err)
	}
	return c.template(src, p), nil
}

// Eval computes the value. It is never Missing: what does not exist is null.
// Errors are faults: Invalid for data that an expression cannot take, Limit
// when a budget is used up, and the Scope's own.
func (t *Template) Eval(s Scope) (value.Value, error) {
	switch p := t.program.(type) {
	case constant:
		return p.v, nil
	case pathProgram:
		v, err := t.paths[p].find(s)
		if err != nil {
			return value.Value{}, outward("expr.Eval", "", t.source, err)
		}
		return v, nil
	}
	v, err := t.program.value(t.newRun(s))
	if err != nil {
		return value.Value{}, outward("expr.Eval", "", t.source, err)
	}
	return v, nil
}

// EvalBool computes a condition. Null is false; a value that is neither null
// nor a boolean is an error.
func (t *Template) EvalBool(s Scope) (bool, error) {
	yes, _, err := t.EvalBoolSeen(s)
	return yes, err
}

// Constant returns the value of a template that refers to nothing.
func (t *Template) Constant() (value.Value, bool) {
	c, ok := t.program.(constant)
	return c.v, ok
}

// Refs returns the variables that the template refers to, each once, in the
// order of their first mention. A reference need not be followed at run time.
func (t *Template) Refs() []Path { return slices.Clone(t.paths) }

// Source is the text that was compiled; for a tree, its JSON.
func (t *Template) Source() string { return t.source }

// compiler gathers what the pieces of one template share.
type compiler struct {
	options Options
	paths   []Path
	slots   map[string]int
	locals  int // of the expression that needs most
}

func newCompiler(o Options) *compiler {
	return &compiler{options: o, slots: make(map[string]int)}
}

func (c *compiler) template(src string, p program) *Template {
	return &Template{source: src, paths: c.paths, locals: c.locals, limits: c.options.Limits.withDefaults(), program: p}
}

// reference checks that a path may be used and returns its slot.
func (c *compiler) reference(p Path, at int) (int, error) {
	if text := c.options.check(p.root); text != "" {
		return 0, wrong(at, "%s", text)
	}
	name := p.String()
	if slot, ok := c.slots[name]; ok {
		return slot, nil
	}
	if len(c.paths) == MaxReferences {
		return 0, wrong(at, "a template may refer to at most %d variables", MaxReferences)
	}
	c.slots[name] = len(c.paths)
	c.paths = append(c.paths, p)
	return len(c.paths) - 1, nil
}

// text compiles a text with tokens.
func (c *compiler) text(src string) (program, error) {
	if !strings.Contains(src, "{{") {
		if len(src) > MaxTemplate {
			return nil, wrong(MaxTemplate, "a template may have at most %d KiB", MaxTemplate>>10)
		}
		return constant{value.String(src)}, nil
	}
	pieces, err := split(src)
	if err != nil {
		return nil, err
	}
	if alone, ok := loneToken(pieces); ok {
		return c.token(alone)
	}
	return c.mixed(pieces)
}

func loneToken(pieces []piece) (piece, bool) {
	var token piece
	tokens := 0
	for _, p := range pieces {
		if p.kind != literalPiece {
			token = p
			tokens++
		} else if strings.TrimSpace(p.text) != "" {
			return piece{}, false
		}
	}
	return token, tokens == 1
}

// token compiles what stands between the braces.
func (c *compiler) token(p piece) (program, error) {
	if p.kind == expressionPiece {
		return c.expression(p.text, p.at)
	}
	slot, err := c.reference(p.path, p.at)
	if err != nil {
		return nil, err
	}
	if p.kind == defaultPiece {
		return withDefault{slot, value.String(p.text)}, nil
	}
	return pathProgram(slot), nil
}
