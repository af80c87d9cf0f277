// Package advance decides what an execution does next. It is pure: no clock, no store, no goroutine.
//
// A workflow's tree is flattened once into a Program, in which every node knows what follows it.
// Three functions work on a State:
//
//	Settle  turns what an attempt came to into the journal row that records it
//	Apply   folds a journal row into the state
//	Next    says what to do now: run a node, sleep, or finish
//
// Live running and recovery use the same Apply, so fold(journal) == live state; a property test
// holds it.
//
// An execution stands at one strand, or at a tree of them:
//
//	strand ── at a loop ──┬── strand of pass 4     own frame: results of the nodes in the pass
//	(root)    its row     ├── strand of pass 5     own frame
//	          is open     └── ...                  a pass that is over takes strand and frame with it
//
//	strand ── at a fork ──┬── strand of branch a   results go to the frame around the fork
//	          its row     └── strand of branch b
//	          is open
//
// A loop's row is open (running) with what it goes over in its input, until Close replaces it. That a pass
// began is told by its first row, that it is over by its last: passes need no rows of their own. A failure
// that nothing handles in its pass or branch rises: a loop drops the pass, or fails itself, and so on
// outwards. When nothing handles it at all, every strand stays where it stands, for a retry; rows that are
// open then stay open in the journal. What loses against another (passes beside one that fails its loop,
// branches beside the first of an any fork) gets canceled rows instead.
//
// What the package does not do: render, run, store. That is the engine's. Which attempts are under way
// at once is known to the engine, too; it tells by Take and Release, which leave no trace in the journal.
package advance
