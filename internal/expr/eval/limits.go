package eval

import "hookline.dev/hookline/internal/value"

// The limits of one evaluation (SPEC §10). Beyond them, the evaluation stops with an error of kind fault.Limit.
const (
	// MaxSteps bounds the work of one Eval. A step is a node evaluated, an element visited, or some tens of bytes
	// read; it takes 10 to 50 ns.
	MaxSteps = 4_000_000
	// MaxMemory bounds the bytes that one Eval requests in total.
	MaxMemory = 32 << 20
	// MaxOutput bounds the output that one Eval renders, in bytes. A value that is passed on unchanged is not
	// rendered and does not count. A Roomy scope has a limit of its own.
	MaxOutput = 1 << 20
	// MaxDepth bounds how deep rendered arrays and objects nest.
	MaxDepth = value.DefaultDepth
)

// Limits lower the limits of one Eval. A zero field means the constant above.
type Limits struct {
	Steps  int
	Memory int // bytes
	Output int // bytes
}

// WithDefaults replaces fields that are zero, negative or too large by the constants.
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
