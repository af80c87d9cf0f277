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

// Template is a compiled text, config tree, expression or condition. It is immutable and safe for concurrent use.
type Template struct {
	source  string
	paths   []Path
	locals  int
	limits  Limits
	program eval.Program
}

// Compile compiles a text with {{ tokens }}. A text without tokens is a constant. A single token with only blanks
// around it keeps its value's type and exact text. Within other text, null becomes the empty text and objects
// become JSON. Errors are of kind fault.Invalid or, for a constant expression over its budget, fault.Limit.
func Compile(src string, o Options) (*Template, error) {
	c := compile.NewCompiler(o)
	p, err := template.CompileText(c, src)
	if err != nil {
		return nil, diag.ToFault("expr.Compile", "", src, err)
	}
	return newTemplate(c, src, p), nil
}

// CompileExpression compiles a bare expression, such as `$context.data.ref == "refs/heads/main"`. Its errors are
// those of Compile.
func CompileExpression(src string, o Options) (*Template, error) {
	c := compile.NewCompiler(o)
	p, err := template.CompileExpression(c, src)
	if err != nil {
		return nil, diag.ToFault("expr.CompileExpression", "", src, err)
	}
	return newTemplate(c, src, p), nil
}

// CompileValue compiles a whole config tree: every string in it, at any depth, is a template, and so is every key.
// It reports all problems at once. If there is any, the Template is nil.
func CompileValue(v value.Value, o Options) (*Template, []Problem) {
	c := compile.NewCompiler(o)
	p, problems := template.CompileTree(c, v, "")
	if len(problems) > 0 {
		return nil, problems
	}
	source := v.Text()
	if s, ok := v.Str(); ok {
		source = s // so that positions count within the text itself
	}
	return newTemplate(c, source, p), nil
}

// CompileWhen compiles a condition: a tree of rules ({and: [...]}, {or: [...]}, {not: ...}, {left, op, right,
// strict}), or an expression as a string, which may also take the place of any rule. It reports all problems at
// once. If there is any, the Template is nil. EvalBool evaluates the result.
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

// Eval computes the value. The value is never Missing: what does not exist is null. Errors are faults: Invalid for
// data that an expression cannot handle, Limit for an exhausted budget, and errors of the Scope with their own
// kind.
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

// EvalBool evaluates a condition. Null is false. Any other value that is not a boolean is an error.
func (t *Template) EvalBool(s Scope) (bool, error) {
	yes, _, err := t.EvalBoolSeen(s)
	return yes, err
}

// Constant returns the value of a template that was computed at compile time, and false for any other template.
func (t *Template) Constant() (value.Value, bool) {
	c, ok := t.program.(eval.Constant)
	return c.V, ok
}

// Refs returns the variables that the template refers to, each once, in the order of their first mention. An
// evaluation may not need all of them.
func (t *Template) Refs() []Path { return slices.Clone(t.paths) }

// Source returns the compiled text; for a tree, its JSON.
func (t *Template) Source() string { return t.source }

// newTemplate wraps the program that c compiled from src.
func newTemplate(c *compile.Compiler, src string, p eval.Program) *Template {
	return &Template{source: src, paths: c.Paths, locals: c.Locals, limits: c.Options.Limits.WithDefaults(), program: p}
}
