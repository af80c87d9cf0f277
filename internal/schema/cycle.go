package schema

import (
	"slices"

	"hookline.dev/hookline/internal/decode"
)

// inPlace lists the nodes that apply to the same value as n.
func (n *node) inPlace() []*node {
	all := slices.Concat(n.all, n.any, n.one, []*node{n.ref, n.not, n.condition, n.then, n.otherwise})
	if n.object != nil {
		for _, d := range n.object.dependentSchemas {
			all = append(all, d.node)
		}
	}
	return slices.DeleteFunc(all, func(other *node) bool { return other == nil })
}

// findCycles finds references that lead back to themselves on the same value. Checking them would never end.
func (c *compiler) findCycles() {
	const (
		open = iota + 1
		done
	)
	state := make(map[*node]int, len(c.order))
	var visit func(*node)
	visit = func(n *node) {
		state[n] = open
		for _, next := range n.inPlace() {
			switch {
			case state[next] == open && len(c.problems) < maxProblems:
				c.problems = append(c.problems, decode.Problem{
					Path:    n.path,
					Message: "leads back to itself without going down in the data; put the $ref below properties or items",
				})
			case state[next] == 0:
				visit(next)
			}
		}
		state[n] = done
	}
	for _, n := range c.order {
		if state[n] == 0 {
			visit(n)
		}
	}
}
