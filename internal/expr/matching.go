package expr

import (
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

const (
	// maxPattern bounds a regular expression, in bytes.
	maxPattern = 1 << 10
	// instructionsPerStep converts the size of a compiled pattern into steps
	// for each byte of text: RE2's matching takes at most the product of both,
	// some 20 ns for each instruction and byte in the worst case.
	instructionsPerStep = 4
)

// pattern is a compiled regular expression (RE2) and its cost.
type pattern struct {
	re           *regexp.Regexp
	instructions int
}

// compilePattern compiles a regular expression with RE2's syntax.
func compilePattern(src string) (*pattern, error) {
	if len(src) > maxPattern {
		return nil, failed("a regular expression may have at most %d bytes", maxPattern)
	}
	re, err := regexp.Compile(src)
	if err != nil {
		return nil, failed("this regular expression (RE2 syntax) is not right: %s", err)
	}
	size := len(src)
	if parsed, err := syntax.Parse(src, syntax.Perl); err == nil {
		if prog, err := syntax.Compile(parsed.Simplify()); err == nil {
			size = len(prog.Inst)
		}
	}
	return &pattern{re, size}, nil
}

// match charges for the worst case before it looks.
func (p *pattern) match(r *run, s string) (bool, error) {
	if err := r.step(1 + len(s)/bytesPerStep + len(s)*p.instructions/instructionsPerStep); err != nil {
		return false, err
	}
	return p.re.MatchString(s), nil
}

// matches compiles `text matches "pattern"`. The pattern must be written out,
// so that it is checked and compiled once.
func (w *lowerer) matches(n *ast.BinaryNode) (evaluator, error) {
	src, ok := n.Right.(*ast.StringNode)
	if !ok {
		return nil, wrong(w.where(n.Right), "the pattern of matches must be written out as a string; for a computed text use contains, startsWith or endsWith")
	}
	p, err := compilePattern(src.Value)
	if err != nil {
		return nil, moveTo(err, w.where(src))
	}
	x, err := w.lower(n.Left)
	if err != nil {
		return nil, err
	}
	return unaryOf(x, func(r *run, x any) (any, error) {
		if x == nil {
			return false, nil
		}
		s, ok := text(x)
		if !ok {
			return nil, failed("matches looks at a string, not at %s; turn it into one with string()", described(x))
		}
		return p.match(r, s)
	}), nil
}

// moveTo gives a mistake its place.
func moveTo(err error, at int) error {
	if m, ok := asMistake(err); ok {
		return &mistake{at: at, kind: m.kind, text: m.text}
	}
	return err
}
