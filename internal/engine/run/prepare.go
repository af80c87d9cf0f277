package run

import (
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/node"
)

// Prepare completes a compiled workflow's program with what its nodes say of themselves. It is
// called once, before the program is shared.
func Prepare(c *document.Compiled) {
	for i, n := range c.Nodes {
		if a, ok := n.(node.Assigner); ok && a.Assigns() != "" {
			c.Program.SetAssign(i, a.Assigns())
		}
		if c.Infos[i].Output {
			c.Program.SetOutput(i)
		}
		switch c.Infos[i].Branches {
		case node.Passes:
			c.Program.SetPasses(i)
		case node.AllAtOnce:
			c.Program.SetFork(i)
		case node.NoBranches, node.ThenElse, node.NamedByNode:
		}
	}
}
