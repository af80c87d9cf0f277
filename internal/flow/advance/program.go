package advance

import "hookline.dev/hookline/internal/flow"

// done is the place after the last node.
const done = -1

// Program is a workflow's tree, flattened in the order it is written (a node, then its branches).
type Program struct {
	nodes []flow.Node
	after []int            // what follows a node and its branches
	first []map[string]int // first node of each branch; absent: no such branch
	byKey map[string]int
	start int

	parent  []int    // the node in one of whose branches this one stands, or done
	branch  []string // that branch
	catcher []int    // the node whose error branch this one stands in, or done
	assigns []int    // the node whose result this one also sets, or done
	outputs []bool   // the result is the execution's output
}

// NewProgram flattens a tree. Keys must be unique; the document's validation has seen to that.
func NewProgram(nodes []flow.Node) *Program {
	p := &Program{byKey: make(map[string]int)}
	p.start = p.add(nodes)
	p.link(nodes, done)
	p.parent, p.branch = make([]int, len(p.nodes)), make([]string, len(p.nodes))
	p.catcher = make([]int, len(p.nodes))
	p.assigns = make([]int, len(p.nodes))
	p.outputs = make([]bool, len(p.nodes))
	for i := range p.nodes {
		p.assigns[i] = done
	}
	p.root(nodes, done, "")
	p.catch(nodes, done)
	return p
}

// add appends a list and everything below it, and returns the index of its first node.
func (p *Program) add(nodes []flow.Node) int {
	if len(nodes) == 0 {
		return done
	}
	first := len(p.nodes)
	for _, n := range nodes {
		i := len(p.nodes)
		p.nodes = append(p.nodes, n)
		p.after = append(p.after, done)
		p.first = append(p.first, nil)
		p.byKey[n.Key] = i
		for _, b := range n.Branches {
			start := p.add(b.Nodes)
			if p.first[i] == nil {
				p.first[i] = make(map[string]int, len(n.Branches))
			}
			p.first[i][b.Name] = start
		}
	}
	return first
}

// link sets what follows each node of a list, given what follows the list.
func (p *Program) link(nodes []flow.Node, after int) {
	for k, n := range nodes {
		next := after
		if k+1 < len(nodes) {
			next = p.byKey[nodes[k+1].Key]
		}
		p.after[p.byKey[n.Key]] = next
		for _, b := range n.Branches {
			p.link(b.Nodes, next)
		}
	}
}

// Len is the number of nodes.
func (p *Program) Len() int { return len(p.nodes) }

// Node returns a node by index, in the order the nodes are written.
func (p *Program) Node(i int) *flow.Node { return &p.nodes[i] }

// Index returns a node's index by key.
func (p *Program) Index(key string) (int, bool) {
	i, ok := p.byKey[key]
	return i, ok
}

// enter returns where the cursor goes from node i through a branch. An empty or absent branch leads
// to what follows the node.
func (p *Program) enter(i int, branch string) int {
	if branch != "" {
		if start, ok := p.first[i][branch]; ok && start != done {
			return start
		}
	}
	return p.after[i]
}
