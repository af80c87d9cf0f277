package flow

import "hookline.dev/hookline/internal/value"

// MaxBranches is the maximum number of branches of a parallel node (SPEC §10).
const MaxBranches = 50

// Fork describes the work of a parallel node, read from the input of its step: {"mode": "all"}. It runs all
// branches of the node concurrently, except the error branch.
//
//	all  the node succeeds when every branch has; the first that fails cancels the others and fails the
//	     node with its error
//	any  the first branch that succeeds ends the node and cancels the others; the node fails, with the
//	     error of the branch that failed last, when every branch has failed
//
// A branch fails in the same way as a pass of a loop (Passes). An end node ends the whole execution. The result of
// the step is an object. For each branch that succeeded, in the order written, it holds the result of the last node
// in the branch's list, or null for an empty branch. Later nodes can also use the results of nodes inside the
// branches.
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
