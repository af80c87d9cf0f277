package expr

import "hookline.dev/hookline/internal/value"

// What a template may hold and cost (SPEC §10). Compiling refuses what is
// beyond the first group, Eval stops at the second.
const (
	MaxTemplate   = 256 << 10 // bytes of one template text
	MaxExpression = 16 << 10  // bytes of one expression
	MaxPath       = 4 << 10   // bytes of one path
	MaxSegments   = 64        // segments of one path
	MaxReferences = 1000      // different paths in one template
	MaxNodes      = 10_000    // nodes of one expression's syntax tree
	MaxNesting    = 200       // depth of one expression's syntax tree
	MaxRules      = 1000      // rules in one condition

	// MaxSteps bounds the work of one Eval. A step is a node evaluated, an
	// element visited, or some tens of bytes read: 10 to 50 ns.
	MaxSteps = 4_000_000
	// MaxMemory bounds the bytes that one Eval asks for in all.
	MaxMemory = 32 << 20
	// MaxOutput bounds what one Eval renders. A value that is passed on
	// untouched is not rendered and not bounded by it. A Roomy scope
	// has another.
	MaxOutput = 1 << 20
	// MaxDepth bounds how deep rendered arrays and objects nest.
	MaxDepth = value.DefaultDepth
)

// Limits lower the bounds on one Eval. Zero fields mean the constants above.
type Limits struct {
	Steps  int
	Memory int // bytes
	Output int // bytes
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Steps:  within(l.Steps, MaxSteps),
		Memory: within(l.Memory, MaxMemory),
		Output: within(l.Output, MaxOutput),
	}
}

func within(n, most int) int {
	if n <= 0 || n > most {
		return most
	}
	return n
}
