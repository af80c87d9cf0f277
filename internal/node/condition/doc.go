// Package condition is the kind of node that asks a yes-or-no question and picks a branch.
//
// The question is answered when the input is rendered, so that the journal shows in one place what
// was read and what it came to; Run only acts on the answer.
package condition
