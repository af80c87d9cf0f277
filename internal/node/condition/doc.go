// Package condition implements the node kind that evaluates a condition and chooses a branch.
//
// Render evaluates the condition, so that the journal shows the variables and the result in one place. Run only
// acts on the result.
package condition
