package advance

import "hookline.dev/hookline/internal/flow"

// SetAssign records that node i also sets the result of the node with that key.
func (p *Program) SetAssign(i int, key string) {
	if target, ok := p.byKey[key]; ok {
		p.assigns[i] = target
	}
}

// SetOutput records that the result of node i is the execution's output.
func (p *Program) SetOutput(i int) { p.outputs[i] = true }

// SetPasses records that node i runs its branch flow.PassBranch in passes. SetPasses and SetFork must be called in
// the order of the program, outer nodes first.
func (p *Program) SetPasses(i int) {
	p.forms[i] = passes
	if s, ok := p.find(i, flow.PassBranch); ok {
		p.within(s, link{node: i, branch: done})
		for k := s.first; k < s.end; k++ {
			p.home[k] = i
		}
	}
}

// SetFork records that node i runs all its branches concurrently, except the error branch.
func (p *Program) SetFork(i int) {
	p.forms[i] = forked
	for b, s := range p.spans[i] {
		if s.name != flow.ErrorBranch && s.first != done {
			p.within(s, link{node: i, branch: b})
		}
	}
}

// within records that the nodes of a branch run under a cursor of their own, and ends that cursor after the branch.
func (p *Program) within(s span, l link) {
	for k := s.first; k < s.end; k++ {
		p.links[k] = append(p.links[k], l)
		if p.after[k] < s.first || p.after[k] >= s.end {
			p.after[k] = done
		}
	}
}

// Last reports whether the execution succeeds when node i succeeds without entering a branch.
func (p *Program) Last(i int) bool { return p.after[i] == done && len(p.links[i]) == 0 }

// StaysOpen reports whether the row of node i stays open while other nodes run: a loop or a fork.
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

// root sets the parent and the branch of every node of a list.
func (p *Program) root(nodes []flow.Node, parent int, branch string) {
	for _, n := range nodes {
		i := p.byKey[n.Key]
		p.parent[i], p.branch[i] = parent, branch
		for _, b := range n.Branches {
			p.root(b.Nodes, i, b.Name)
		}
	}
}
