package document

import (
	"fmt"
	"slices"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
)

// position describes the surroundings of a node in the tree.
type position struct {
	earlier      []string // keys of nodes that may have run before
	loops        []string // keys of the loops around it
	enclosing    []string // keys of the enclosing loops and parallel nodes, which have no result yet
	inError      bool     // inside an error branch
	concurrentIn string   // key of the innermost enclosing node that runs passes or branches concurrently; "": none
	outsideCount int      // with concurrentIn: how many of earlier are outside that node
}

// inside returns the position of the nodes in a branch of a node at position p.
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

// shared reports whether several passes or branches that run concurrently may use the result of a node, because the
// node is outside of them.
func (p position) shared(key string) bool {
	return p.concurrentIn != "" && slices.Contains(p.earlier[:p.outsideCount], key)
}

// checkPosition checks whether a node may be where it is, and whether loops and parallel nodes have fields that
// only make sense for the nodes inside them.
func (c *compiler) checkPosition(n flow.Node, info node.Info, p position) {
	if info.SyncOnly && !c.sync && !c.unsure.mode {
		c.problem(errorcode.Place, n.At+".type", "a %s node answers a caller who waits; write trigger: {mode: sync}, or set the answer in trigger.response", info.Type)
	}
	if len(p.enclosing) > 0 && info.SyncOnly {
		c.problem(errorcode.Place, n.At+".type", "a %s node cannot be in %s: the caller gets one answer, and several passes or branches could each give one; put it after %[2]s", info.Type, p.enclosing[0])
	}
	if p.concurrentIn != "" && info.Output {
		c.problem(errorcode.Place, n.At+".type", "an %s node cannot be in %s: branches that run at the same time would each set the result; put it after %[2]s", info.Type, p.concurrentIn)
	}
	if info.Branches != node.Passes && info.Branches != node.AllAtOnce {
		return
	}
	if n.Retry.Attempts > 0 {
		c.problem(errorcode.NoEffect, n.At+".retry", "is for the nodes inside: a %s node as a whole is not repeated, or what was done would be done twice", info.Type)
	}
	if n.Timeout > 0 {
		c.problem(errorcode.NoEffect, n.At+".timeout", "is for the nodes inside; options.timeout bounds the whole execution")
	}
}

// branches refuses branches that the kind never enters.
func (c *compiler) branches(n flow.Node, info node.Info) {
	for _, b := range n.Branches {
		at := branchPath(n.At, b.Name)
		switch {
		case b.Name == flow.ErrorBranch:
		case info.Branches == node.NoBranches:
			c.problem(errorcode.UnknownName, at, "a %s node has no branch %s; nodes that follow it come after it in the list", info.Type, decode.Quote(b.Name))
		case info.Branches == node.ThenElse && b.Name != "then" && b.Name != "else":
			c.problem(errorcode.UnknownName, at, "%s", decode.Unknown("branch", b.Name, []string{"then", "else", flow.ErrorBranch}))
		case info.Branches == node.Passes && b.Name != flow.PassBranch:
			c.problem(errorcode.UnknownName, at, "unknown branch %s; the nodes of a %s belong under do", decode.Quote(b.Name), info.Type)
		case info.Branches == node.Passes && len(b.Nodes) == 0:
			c.problem(errorcode.Empty, at, "is empty: a pass that does nothing would leave no trace of how far the loop has come")
		}
	}
}

// losesResults reports whether the results inside a branch are discarded when the node is done.
func (c *compiler) losesResults(n flow.Node, branch string) bool {
	kind := c.kinds.Find(n.Type)
	return kind != nil && kind.Info().Branches == node.Passes && branch != flow.ErrorBranch
}

// keysOf lists the keys of the nodes and of all nodes below them whose results remain. Results inside a loop are
// discarded when the loop is done.
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

// noResultYet returns why a node cannot use the result of the loop or parallel node around it.
func (c *compiler) noResultYet(key string) string {
	if kind := c.kinds.Find(c.all[key]); kind != nil && kind.Info().Branches == node.Passes {
		return fmt.Sprintf("the loop %s has no result before its last pass is over; $scopes.%[1]s holds the item and the index of the pass", key)
	}
	return fmt.Sprintf("the node %s has no result before its branches are done", key)
}
