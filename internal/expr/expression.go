package expr

import (
	"errors"
	"fmt"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"hookline.dev/hookline/internal/value"
)

// evaluator computes one node of an expression.
type evaluator func(*run) (any, error)

// bare compiles an expression that is a whole text. What was written as a
// single {{ token }} is taken for what is inside.
func (c *compiler) bare(src string) (program, error) {
	if pieces, err := split(src); err == nil {
		if token, ok := loneToken(pieces); ok {
			return c.token(token)
		}
	}
	return c.expression(src, 0)
}

// expression compiles src, which stands at that offset of a template. One that
// refers to nothing is computed at once.
func (c *compiler) expression(src string, at int) (program, error) {
	if len(src) > MaxExpression {
		return nil, wrong(at, "an expression may have at most %d KiB", MaxExpression>>10)
	}
	l, err := c.lift(src, at)
	if err != nil {
		return nil, err
	}
	tree, err := parse(l)
	if err != nil {
		return nil, err
	}
	w := &lowerer{compiler: c, lifted: l}
	if id, ok := tree.(*ast.IdentifierNode); ok { // ($context.data.ref): a path after all
		if slot, ok := l.vars[id.Value]; ok {
			return pathProgram(slot), nil
		}
	}
	eval, err := w.lower(tree)
	if err != nil {
		return nil, err
	}
	c.locals = max(c.locals, w.locals)
	p := expressionProgram{eval}
	if len(l.vars) > 0 {
		return p, nil
	}
	r := &run{locals: make([]any, w.locals), limits: c.options.Limits.withDefaults()}
	v, err := p.value(r)
	if err != nil {
		return nil, err
	}
	return constant{v}, nil
}

// parse runs expr-lang's parser. The source is bounded, and with it the depth
// of the parser's recursion.
func parse(l lifted) (node ast.Node, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			node, err = nil, wrong(l.at, "this is no expression")
		}
	}()
	config := &conf.Config{MaxNodes: MaxNodes}
	tree, err := parser.ParseWithConfig(l.source, config)
	if err == nil {
		return tree.Node, nil
	}
	if at, ok := errors.AsType[*file.Error](err); ok {
		return nil, wrong(l.offset(at.From), "%s", l.readable(at.Message))
	}
	return nil, wrong(l.at, "this is no expression")
}

// output turns an expression's result into a value. One that came straight from
// the data keeps its exact text.
func (r *run) output(x any) (value.Value, error) {
	switch x := x.(type) {
	case nil:
		return value.Null(), nil
	case value.Value:
		return x, nil
	case bool:
		return value.Bool(x), nil
	case int64:
		return value.Int(x), nil
	}
	dst, err := r.appendJSON(make([]byte, 0, 64), x, 0)
	if err != nil {
		return value.Value{}, err
	}
	return value.TrustedBytes(dst), nil
}

// describeNode is for messages about nodes that the parser yields but this
// language does not have.
func describeNode(n ast.Node) string { return fmt.Sprintf("%.40s", n.String()) }
