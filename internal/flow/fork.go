package flow

import "hookline.dev/hookline/internal/value"

// MaxBranches is how many branches a parallel node may have (SPEC §10).
const MaxBranches = 50

// Fork is what a parallel node was asked to do, read from the input of its step: {"mode": "all"}. Its
// branches are those of the node, but for that of its own failure, and are entered all at once.
//
//	all  the node succeeds when every branch has; the first that fails cancels the others and fails the
//	     node with its error
//	any  the first branch that succeeds ends the node and cancels the others; the node fails, with the
//	     error of the branch that failed last, when every branch has failed
//
// A branch fails as a pass of a loop does (Passes), and an end node ends the whole execution. The result
// of the step is an object: for each branch that succeeded, in the order written, the result of the last
// node in its list (null when the branch is empty). The results of nodes in the branches stay where later
// nodes find it.
type Fork struct{ Any bool }

// The modes of a parallel node.
const (
	ForkAll = "all"
	ForkAny = "any"
)

// ForkOf reads the input of a parallel node's step.
func ForkOf(input value.Value) Fork {
	mode, _ := input.Get("mode").Str()
	return Fork{Any: mode == ForkAny}
}
