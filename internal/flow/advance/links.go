package advance

import "hookline.dev/hookline/internal/flow"

// SetAssign records that node i also sets the result of the node called key.
func (p *Program) SetAssign(i int, key string) {
	if target, ok := p.byKey[key]; ok {
		p.assigns[i] = target
	}
}

// SetOutput records that node i's result is the execution's output.
func (p *Program) SetOutput(i int) { p.outputs[i] = true }

// Last reports whether the execution ends well when node i succeeds without entering a branch.
func (p *Program) Last(i int) bool { return p.after[i] == done }

// Catcher returns the node in whose error branch node i stands (the innermost), or -1.
func (p *Program) Catcher(i int) int { return p.catcher[i] }

// catch sets the catcher of every node of a list.
func (p *Program) catch(nodes []flow.Node, by int) {
	for _, n := range nodes {
		i := p.byKey[n.Key]
		p.catcher[i] = by
		for _, b := range n.Branches {
			if b.Name == flow.ErrorBranch {
				p.catch(b.Nodes, i)
				continue
			}
			p.catch(b.Nodes, by)
		}
	}
}

// root sets the parent of every node of a list.
func (p *Program) root(nodes []flow.Node, parent int, branch string) {
	for _, n := range nodes {
		i := p.byKey[n.Key]
		p.parent[i], p.branch[i] = parent, branch
		for _, b := range n.Branches {
			p.root(b.Nodes, i, b.Name)
		}
	}
}
