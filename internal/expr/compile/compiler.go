package compile

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/variable"
)

// Compiler gathers what the parts of one template share. Its fields are for reading.
type Compiler struct {
	Options Options
	Paths   []variable.Path // by slot
	slots   map[string]int
	Locals  int // local variables of the expression that needs most
}

// NewCompiler makes a compiler for one template.
func NewCompiler(o Options) *Compiler {
	return &Compiler{Options: o, slots: make(map[string]int)}
}

// Reference checks that a path may be used and returns its slot.
func (c *Compiler) Reference(p variable.Path, at int) (int, error) {
	if text := c.Options.check(p.Root()); text != "" {
		return 0, diag.At(at, "%s", text)
	}
	name := p.String()
	if slot, ok := c.slots[name]; ok {
		return slot, nil
	}
	if len(c.Paths) == MaxReferences {
		return 0, diag.At(at, "a template may refer to at most %d variables", MaxReferences)
	}
	c.slots[name] = len(c.Paths)
	c.Paths = append(c.Paths, p)
	return len(c.Paths) - 1, nil
}
