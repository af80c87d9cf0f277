package document

import (
	"slices"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
)

// checkWaits refuses nodes that would keep a sync caller waiting (delay): every such node that can run before the
// caller has the response. It reports whether every path through the list has responded. The kinds that respond are
// those for sync workflows only (response).
func (c *compiler) checkWaits(nodes []flow.Node, answered bool) bool {
	for _, n := range nodes {
		answered = c.waitsIn(n, answered)
	}
	return answered
}

func (c *compiler) waitsIn(n flow.Node, answered bool) bool {
	kind := c.kinds.Find(n.Type)
	if kind == nil {
		return answered
	}
	info := kind.Info()
	if info.Waits && !answered {
		c.problem(errorcode.Place, n.At+".type", "the caller of a sync workflow would wait for this %s node; write trigger: {mode: async}, or answer first with a response node that has continue: true", info.Type)
	}
	after := answered || info.SyncOnly
	every, handled := true, true
	var names []string
	for _, b := range n.Branches {
		if b.Name == flow.ErrorBranch {
			handled = c.checkWaits(b.Nodes, answered)
			continue
		}
		names = append(names, b.Name)
		every = c.checkWaits(b.Nodes, after) && every
	}
	switch well := after || every && exhaustive(info.Branches, names); n.OnError {
	case flow.OnErrorContinue:
		return answered // it may fail before it responds
	case flow.OnErrorBranch:
		return well && handled
	default:
		return well
	}
}

// exhaustive reports whether one of the branches always runs.
func exhaustive(kind node.Branches, names []string) bool {
	switch kind {
	case node.ThenElse:
		return slices.Contains(names, "then") && slices.Contains(names, "else")
	case node.NamedByNode:
		return slices.Contains(names, "otherwise")
	default:
		return false
	}
}
