package eval

import (
	"regexp"
	"regexp/syntax"

	"hookline.dev/hookline/internal/expr/diag"
)

const (
	// maxPattern bounds a regular expression, in bytes.
	maxPattern = 1 << 10
	// instructionsPerStep converts the size of a compiled pattern to steps per byte of text. In the worst case RE2
	// matching takes time proportional to the product of both, some 20 ns per instruction and byte.
	instructionsPerStep = 4
)

// Pattern is a compiled regular expression (RE2) and its cost. It is safe for concurrent use.
type Pattern struct {
	re           *regexp.Regexp
	instructions int
}

// CompilePattern compiles a regular expression in RE2 syntax.
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

// Match reports whether s matches the pattern. It charges the Run for the worst case first.
func (p *Pattern) Match(r *Run, s string) (bool, error) {
	if err := r.Step(1 + len(s)/BytesPerStep + len(s)*p.instructions/instructionsPerStep); err != nil {
		return false, err
	}
	return p.re.MatchString(s), nil
}
