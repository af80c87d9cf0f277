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
// holds it. What the package does not do: render, run, store. That is the engine's.
package advance
