package expr

import (
	"slices"

	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/rule"
	"hookline.dev/hookline/internal/expr/template"
	"hookline.dev/hookline/internal/value"
)

// Template is something compiled: a text, a config tree, an expression or a
// condition. It is immutable and safe for concurrent use.
type Template struct {
	source  string
	paths   []Path
	locals  int
	limits  Limits
	program eval.Program
}

// Compile reads a text with {{ tokens }}. A text without one is a constant. A
// token that is alone but for blanks keeps its value's type and exact text;
// within other text null becomes nothing and objects become JSON.
func Compile(src string, o Options) (*Template, error) {
	c := compile.NewCompiler(o)
	p, err := template.CompileText(c, src)
	if err != nil {
		return nil, diag.ToFault("expr.Compile", "", src, err)
	}
	return newTemplate(c, src, p), nil
}

// CompileExpression reads a bare expression, such as
// `$context.data.ref == "refs/heads/main"`.
func CompileExpression(src string, o Options) (*Template, error) {
	c := compile.NewCompiler(o)
	p, err := template.CompileExpression(c, src)
	if err != nil {
		return nil, diag.ToFault("expr.CompileExpression", "", src, err)
	}
	return newTemplate(c, src, p), nil
}

// CompileValue reads a whole config tree: every string in it is a template, at
// any depth, and so is every key. All problems are reported at once; with any
// of them the Template is nil.
func CompileValue(v value.Value, o Options) (*Template, []Problem) {
	c := compile.NewCompiler(o)
	p, problems := template.CompileTree(c, v, "")
	if len(problems) > 0 {
		return nil, problems
	}
	source := v.Text()
	if s, ok := v.Str(); ok {
		source = s // so that places count as they do in the text itself
	}
	return newTemplate(c, source, p), nil
}

// CompileWhen reads a condition: a tree of rules ({and: [...]}, {or: [...]},
// {not: ...}, {left, op, right, strict}) or an expression as a string, which
// may also stand in the place of a rule. All problems are reported at once;
// with any of them the Template is nil. EvalBool evaluates it.
func CompileWhen(v value.Value, o Options) (*Template, []Problem) {
	c := compile.NewCompiler(o)
	when, problems := rule.Compile(c, v)
	if len(problems) > 0 {
		return nil, problems
	}
	source := v.Text()
	if s, ok := v.Str(); ok {
		source = s
	}
	return newTemplate(c, source, when), nil
}

// Eval computes the value. It is never Missing: what does not exist is null.
// Errors are faults: Invalid for data that an expression cannot take, Limit
// when a budget is used up, and the Scope's own.
func (t *Template) Eval(s Scope) (value.Value, error) {
	switch p := t.program.(type) {
	case eval.Constant:
		return p.V, nil
	case eval.Lookup:
		v, err := t.paths[p].Find(s)
		if err != nil {
			return value.Value{}, diag.ToFault("expr.Eval", "", t.source, err)
		}
		return v, nil
	}
	v, err := t.program.Value(eval.NewRun(s, t.paths, t.locals, t.limits))
	if err != nil {
		return value.Value{}, diag.ToFault("expr.Eval", "", t.source, err)
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
	c, ok := t.program.(eval.Constant)
	return c.V, ok
}

// Refs returns the variables that the template refers to, each once, in the
// order of their first mention. A reference need not be followed at run time.
func (t *Template) Refs() []Path { return slices.Clone(t.paths) }

// Source is the text that was compiled; for a tree, its JSON.
func (t *Template) Source() string { return t.source }

// newTemplate is what a compiler made of src.
func newTemplate(c *compile.Compiler, src string, p eval.Program) *Template {
	return &Template{source: src, paths: c.Paths, locals: c.Locals, limits: c.Options.Limits.WithDefaults(), program: p}
}
