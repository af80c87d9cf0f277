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

// SetPasses records that node i runs its branch flow.PassBranch in passes. Nodes are set in the order of
// the program, those around others first; so are forks.
func (p *Program) SetPasses(i int) {
	p.forms[i] = passes
	if s, ok := p.find(i, flow.PassBranch); ok {
		p.within(s, link{node: i, branch: done})
		for k := s.first; k < s.end; k++ {
			p.home[k] = i
		}
	}
}

// SetFork records that node i runs all its branches at once, but for that of its own failure.
func (p *Program) SetFork(i int) {
	p.forms[i] = forked
	for b, s := range p.spans[i] {
		if s.name != flow.ErrorBranch && s.first != done {
			p.within(s, link{node: i, branch: b})
		}
	}
}

// within makes a branch one that cursors of its own run through.
func (p *Program) within(s span, l link) {
	for k := s.first; k < s.end; k++ {
		p.links[k] = append(p.links[k], l)
		if p.after[k] < s.first || p.after[k] >= s.end {
			p.after[k] = done
		}
	}
}

// Last reports whether the execution ends well when node i succeeds without entering a branch.
func (p *Program) Last(i int) bool { return p.after[i] == done && len(p.links[i]) == 0 }

// StaysOpen reports whether node i stays open while other nodes run: a loop or a fork.
func (p *Program) StaysOpen(i int) bool { return p.forms[i] != plain }

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
