package compile

import (
	"errors"
	"fmt"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/lex"
)

// Expression compiles src, which is at byte offset at of a template. It evaluates an expression without variables
// at once.
func (c *Compiler) Expression(src string, at int) (eval.Program, error) {
	if len(src) > MaxExpression {
		return nil, diag.At(at, "an expression may have at most %d KiB", MaxExpression>>10)
	}
	l, err := lex.Lift(src, at, c.Reference)
	if err != nil {
		return nil, err
	}
	tree, err := parse(l)
	if err != nil {
		return nil, err
	}
	w := &lowerer{Compiler: c, Lifted: l}
	if id, ok := tree.(*ast.IdentifierNode); ok { // such as ($context.data.ref), which is a path after all
		if slot, ok := l.Vars[id.Value]; ok {
			return eval.Lookup(slot), nil
		}
	}
	f, err := w.lower(tree)
	if err != nil {
		return nil, err
	}
	c.Locals = max(c.Locals, w.locals)
	p := eval.Computed{F: f}
	if len(l.Vars) > 0 {
		return p, nil
	}
	r := eval.NewRun(nil, nil, w.locals, c.Options.Limits.WithDefaults())
	v, err := p.Value(r)
	if err != nil {
		return nil, err
	}
	return eval.Constant{V: v}, nil
}

// parse runs expr-lang's parser. The length of the source is bounded, and therefore the depth of the parser's
// recursion is too.
func parse(l lex.Lifted) (node ast.Node, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			node, err = nil, diag.At(l.At, "this is not a valid expression")
		}
	}()
	config := &conf.Config{MaxNodes: MaxNodes}
	tree, err := parser.ParseWithConfig(l.Source, config)
	if err == nil {
		return tree.Node, nil
	}
	if at, ok := errors.AsType[*file.Error](err); ok {
		return nil, diag.At(l.Offset(at.From), "%s", l.Readable(at.Message))
	}
	return nil, diag.At(l.At, "this is not a valid expression")
}

// describeNode describes a node that the parser supports but this language does not.
func describeNode(n ast.Node) string { return fmt.Sprintf("%.40s", n.String()) }
