package eval

import "hookline.dev/hookline/internal/value"

// What one evaluation may cost (SPEC §10). Beyond it, the evaluation stops with an error.
const (
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

// WithDefaults puts the constants in for what is zero or above them.
func (l Limits) WithDefaults() Limits {
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
