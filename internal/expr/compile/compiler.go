package compile

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/variable"
)

// Compiler collects what the parts of one template share. Callers must not change its fields. It is not safe for
// concurrent use.
type Compiler struct {
	Options Options
	Paths   []variable.Path // by slot
	slots   map[string]int
	Locals  int // the maximum over all expressions
}

// NewCompiler returns a compiler for one template.
func NewCompiler(o Options) *Compiler {
	return &Compiler{Options: o, slots: make(map[string]int)}
}

// Reference checks that a path may be used and returns its slot. at is its byte offset in the template.
func (c *Compiler) Reference(p variable.Path, at int) (int, error) {
	if text := c.Options.check(p.Root(), p.Name()); text != "" {
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
