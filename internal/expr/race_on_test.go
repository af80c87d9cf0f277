//go:build race

package expr_test

// raceFactor is how many steps the race detector makes out of one.
const raceFactor = 10
