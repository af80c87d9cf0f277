//go:build race

package expr_test

// raceFactor is the slowdown by the race detector.
const raceFactor = 10
