// Package advance decides what an execution does next. It is pure: no clock, no store, no goroutine.
//
// A workflow's tree is flattened once into a Program, in which every node knows what follows it.
// Three functions work on a State:
//
//	Settle  turns the outcome of an attempt into the journal row that records it
//	Apply   folds a journal row into the state
//	Next    says what to do now: run a node, wait, sleep, or finish
//
// Live running and recovery use the same Apply, so fold(journal) == live state. A property test checks it.
//
// # Cursors
//
// An execution stands at one cursor, or at a tree of them:
//
//	cursor ── at a loop ──┬── cursor of pass 4     own frame: results of the nodes in the pass
//	(root)    its row     ├── cursor of pass 5     own frame
//	          is open     └── ...                  a pass that is over takes cursor and frame with it
//
//	cursor ── at a fork ──┬── cursor of branch a   results go to the frame around the fork
//	          its row     └── cursor of branch b
//	          is open
//
// A loop's row is open (running) and has what the loop goes over in its input, until Close replaces it. The first row
// of a pass says that the pass began, its last row that it is over: passes need no rows of their own.
//
// # Failures
//
// A failed attempt is repeated as its node's retry says. A failure that nothing handles in its pass or branch
// propagates to the loop or fork: that drops the pass, or fails itself, and so on outwards. When nothing handles
// it at all, every cursor stays where it stands, for a retry; open rows then stay open in the journal. What loses
// against another (passes beside one that fails its loop, branches beside the first of an "any" fork) gets
// canceled rows instead.
//
// What the package does not do: render, run, store. The engine does. Which attempts are under way at once is known to
// the engine, too; it says so with Take and Release, which leave no trace in the journal.
package advance
