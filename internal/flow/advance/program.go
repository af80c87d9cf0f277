package advance

import "hookline.dev/hookline/internal/flow"

// done is the index after the last node. It also stands for "none".
const done = -1

// Program is a workflow's tree, flattened in the order written (a node, then its branches). Set it up with the Set
// methods before use; after that it is immutable and safe for concurrent use.
type Program struct {
	nodes []flow.Node
	after []int    // the successor of a node and its branches; done at the end of a cursor's pass or branch
	spans [][]span // the branches of each node
	byKey map[string]int
	start int

	parent  []int    // the node that has this one in a branch, or done
	branch  []string // the name of that branch
	catcher []int    // the node whose error branch contains this one, or done
	assigns []int    // the node whose result this one also sets, or done
	outputs []bool   // the node's result is the execution's output

	forms []form
	home  []int    // the loop in whose frames this node's result is stored, or done
	links [][]link // the loops and forks around this node, outermost first
}

// span is a branch: the nodes from first up to, but not including, end. last is the last node of the branch's own
// list.
type span struct {
	name             string
	first, end, last int
}

// form says how a node's branches are run.
type form uint8

const (
	plain  form = iota // one branch, or none
	passes             // flow.PassBranch, in passes
	forked             // all concurrently
)

// link is a loop or fork that contains a node.
type link struct {
	node   int
	branch int // of a fork; done for a loop, because the path of a row names the pass
}

// NewProgram flattens a tree. Keys must be unique; the validation of the document ensures that.
func NewProgram(nodes []flow.Node) *Program {
	p := &Program{byKey: make(map[string]int)}
	p.start = p.add(nodes)
	p.link(nodes, done)
	p.parent, p.branch = make([]int, len(p.nodes)), make([]string, len(p.nodes))
	p.catcher = make([]int, len(p.nodes))
	p.assigns, p.home = make([]int, len(p.nodes)), make([]int, len(p.nodes))
	p.outputs = make([]bool, len(p.nodes))
	p.forms, p.links = make([]form, len(p.nodes)), make([][]link, len(p.nodes))
	for i := range p.nodes {
		p.assigns[i], p.home[i] = done, done
	}
	p.root(nodes, done, "")
	p.catch(nodes, done)
	return p
}

// add appends a list and everything below it, and returns the index of its first node, or done for an empty list.
func (p *Program) add(nodes []flow.Node) int {
	if len(nodes) == 0 {
		return done
	}
	first := len(p.nodes)
	for _, n := range nodes {
		i := len(p.nodes)
		p.nodes = append(p.nodes, n)
		p.after = append(p.after, done)
		p.spans = append(p.spans, nil)
		p.byKey[n.Key] = i
		for _, b := range n.Branches {
			s := span{name: b.Name, first: p.add(b.Nodes), last: done}
			s.end = len(p.nodes)
			if len(b.Nodes) > 0 {
				s.last = p.byKey[b.Nodes[len(b.Nodes)-1].Key]
			}
			p.spans[i] = append(p.spans[i], s)
		}
	}
	return first
}

// link sets the successor of each node of a list, given the successor of the list.
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

// Len returns the number of nodes.
func (p *Program) Len() int { return len(p.nodes) }

// Node returns a node by index, in the order written. The caller must not change it.
func (p *Program) Node(i int) *flow.Node { return &p.nodes[i] }

// Index returns a node's index by key.
func (p *Program) Index(key string) (int, bool) {
	i, ok := p.byKey[key]
	return i, ok
}

// find returns a branch of node i that is not empty.
func (p *Program) find(i int, branch string) (span, bool) {
	for _, s := range p.spans[i] {
		if s.name == branch && s.first != done {
			return s, true
		}
	}
	return span{}, false
}

// enter returns the node that follows node i through a branch. For an empty or absent branch that is the successor
// of node i.
func (p *Program) enter(i int, branch string) int {
	if branch != "" {
		if s, ok := p.find(i, branch); ok {
			return s.first
		}
	}
	return p.after[i]
}
