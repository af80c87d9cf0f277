// Package advance decides what an execution does next. It is pure: no clock, no store, no goroutine.
//
// A workflow's tree is flattened once into a Program, in which every node knows its successor. Three functions work
// on a State:
//
//	Settle  turns the outcome of an attempt into the journal row that records it
//	Apply   folds a journal row into the state
//	Next    says what to do now: run a node, wait, sleep, or finish
//
// Live execution and recovery use the same Apply, so fold(journal) == live state. A property test checks it.
//
// # Cursors
//
// An execution has one cursor, or a tree of them:
//
//	cursor ── at a loop ──┬── cursor of pass 4     own frame: results of the nodes in the pass
//	(root)    its row     ├── cursor of pass 5     own frame
//	          is open     └── ...                  the end of a pass removes its cursor and frame
//
//	cursor ── at a fork ──┬── cursor of branch a   results go to the frame around the fork
//	          its row     └── cursor of branch b
//	          is open
//
// The row of a loop stays open (running), with the items of the loop in its input, until Close replaces it. The
// first row of a pass records that the pass began, and its last row that it ended. So passes need no rows of their
// own.
//
// # Failures
//
// A failed attempt is repeated according to the retry of its node. A failure that nothing in its pass or branch
// handles propagates to the loop or fork. That drops the pass, or fails itself and propagates further out. If
// nothing handles the failure at all, every cursor stays where it is, for a later retry, and open rows stay open in
// the journal. Open rows that become irrelevant get canceled rows instead: those of passes beside one that fails
// its loop, and of branches beside the first that succeeds in an "any" fork.
//
// # Retries from a step
//
// The marker row of a retry may name rows that no longer count (flow.Rerun). Rewind plans that: it drops the step and
// what came after it, and reopens the loops and forks around it. Nothing is deleted; Lineage returns the rows that count, and
// Fold applies those. A loop or fork that was open again ends with a new row, so the old one stays in the journal. A property
// test plays random programs through such retries and compares the fold with the live state.
//
// The package does not render, run or store anything; the engine does. The engine also knows which attempts are in
// progress. It reports them with Take and Release, which leave no trace in the journal.
package advance
