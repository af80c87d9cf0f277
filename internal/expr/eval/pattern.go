package eval

import (
	"regexp"
	"regexp/syntax"

	"hookline.dev/hookline/internal/expr/diag"
)

const (
	// maxPattern bounds a regular expression, in bytes.
	maxPattern = 1 << 10
	// instructionsPerStep converts the size of a compiled pattern into steps
	// for each byte of text: RE2's matching takes at most the product of both,
	// some 20 ns for each instruction and byte in the worst case.
	instructionsPerStep = 4
)

// Pattern is a compiled regular expression (RE2) and its cost.
type Pattern struct {
	re           *regexp.Regexp
	instructions int
}

// CompilePattern compiles a regular expression with RE2's syntax.
func CompilePattern(src string) (*Pattern, error) {
	if len(src) > maxPattern {
		return nil, diag.Failed("a regular expression may have at most %d bytes", maxPattern)
	}
	re, err := regexp.Compile(src)
	if err != nil {
		return nil, diag.Failed("this regular expression (RE2 syntax) is not right: %s", err)
	}
	size := len(src)
	if parsed, err := syntax.Parse(src, syntax.Perl); err == nil {
		if prog, err := syntax.Compile(parsed.Simplify()); err == nil {
			size = len(prog.Inst)
		}
	}
	return &Pattern{re, size}, nil
}

// Match charges for the worst case before it looks.
func (p *Pattern) Match(r *Run, s string) (bool, error) {
	if err := r.Step(1 + len(s)/BytesPerStep + len(s)*p.instructions/instructionsPerStep); err != nil {
		return false, err
	}
	return p.re.MatchString(s), nil
}
