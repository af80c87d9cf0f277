//go:build race

package expr_test

// raceFactor is how much slower the race detector may make things.
const raceFactor = 15
