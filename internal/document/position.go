package document

import (
	"fmt"
	"slices"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
)

// position is what a node may know of where it stands.
type position struct {
	earlier      []string // keys of nodes that may have run before
	loops        []string // keys of the loops around it
	enclosing    []string // keys of the loops and parallel nodes around it, which have no result yet
	inError      bool     // in the branch of some node's failure
	concurrentIn string   // key of the innermost node around it whose passes or branches run at once; "": none
	outsideCount int      // with crowd: how many of earlier stand outside of that node
}

// inside returns the place of the nodes in a branch of a node that stands in p.
func (p position) inside(n flow.Node, info node.Info, branch string, compiled node.Node) position {
	in := p
	in.inError = p.inError || branch == flow.ErrorBranch
	if branch == flow.ErrorBranch || info.Branches != node.Passes && info.Branches != node.AllAtOnce {
		in.earlier = append(slices.Clip(p.earlier), n.Key)
		return in
	}
	in.enclosing = append(slices.Clip(p.enclosing), n.Key)
	crowded := info.Branches == node.AllAtOnce
	if info.Branches == node.Passes {
		in.loops = append(slices.Clip(p.loops), n.Key)
		looper, ok := compiled.(node.Looper)
		crowded = ok && looper.AtOnce()
	}
	if crowded {
		in.concurrentIn, in.outsideCount = n.Key, len(p.earlier)
	}
	return in
}

// shared reports whether the result of a node may be wanted by several at once: it stands outside of
// what runs at the same time.
func (p position) shared(key string) bool {
	return p.concurrentIn != "" && slices.Contains(p.earlier[:p.outsideCount], key)
}

// checkPosition checks what is true of every node by the place it stands in, and of loops and parallel nodes
// wherever they stand.
func (c *compiler) checkPosition(n flow.Node, info node.Info, p position) {
	if info.SyncOnly && !c.sync && !c.unsure.mode {
		c.problem(n.At+".type", "a %s node answers a caller who waits; write trigger: {mode: sync}, or set the answer in trigger.response", info.Type)
	}
	if len(p.enclosing) > 0 && info.SyncOnly {
		c.problem(n.At+".type", "a %s node cannot stand in %s: the caller has one answer, and passes or branches might each give one; put it behind %[2]s", info.Type, p.enclosing[0])
	}
	if p.concurrentIn != "" && info.Output {
		c.problem(n.At+".type", "an %s node cannot stand in %s: what runs at the same time would each say what the execution comes to; put it behind %[2]s", info.Type, p.concurrentIn)
	}
	if info.Branches != node.Passes && info.Branches != node.AllAtOnce {
		return
	}
	if n.Retry.Attempts > 0 {
		c.problem(n.At+".retry", "is for the nodes inside: a %s node as a whole is not repeated, or what was done would be done twice", info.Type)
	}
	if n.Timeout > 0 {
		c.problem(n.At+".timeout", "is for the nodes inside; options.timeout bounds the whole execution")
	}
}

// branches refuses those that the kind would never enter.
func (c *compiler) branches(n flow.Node, info node.Info) {
	for _, b := range n.Branches {
		at := branchPath(n.At, b.Name)
		switch {
		case b.Name == flow.ErrorBranch:
		case info.Branches == node.NoBranches:
			c.problem(at, "a %s node has no branch %s; nodes that follow it stand after it in the list", info.Type, decode.Quote(b.Name))
		case info.Branches == node.ThenElse && b.Name != "then" && b.Name != "else":
			c.problem(at, "%s", decode.Unknown("branch", b.Name, []string{"then", "else", flow.ErrorBranch}))
		case info.Branches == node.Passes && b.Name != flow.PassBranch:
			c.problem(at, "unknown branch %s; the nodes of a %s stand under do", decode.Quote(b.Name), info.Type)
		case info.Branches == node.Passes && len(b.Nodes) == 0:
			c.problem(at, "is empty: a pass that does nothing would leave no trace of how far the loop has come")
		}
	}
}

// losesResults reports whether the results of a node's branches are gone when the node is done.
func (c *compiler) losesResults(n flow.Node, branch string) bool {
	kind := c.kinds.Find(n.Type)
	return kind != nil && kind.Info().Branches == node.Passes && branch != flow.ErrorBranch
}

// keysOf lists the keys of nodes and of everything below them that keeps its result: what ran in a
// loop is gone when the loop is done.
func (c *compiler) keysOf(nodes []flow.Node) []string {
	var keys []string
	for _, n := range nodes {
		keys = append(keys, n.Key)
		for _, b := range n.Branches {
			if !c.losesResults(n, b.Name) {
				keys = append(keys, c.keysOf(b.Nodes)...)
			}
		}
	}
	return keys
}

// noResultYet says why a node sees no result of the loop or parallel node around it.
func (c *compiler) noResultYet(key string) string {
	if kind := c.kinds.Find(c.all[key]); kind != nil && kind.Info().Branches == node.Passes {
		return fmt.Sprintf("the loop %s has no result before its last pass is over; $scopes.%[1]s holds the item and the index of the pass", key)
	}
	return fmt.Sprintf("the node %s has no result before its branches are done", key)
}
