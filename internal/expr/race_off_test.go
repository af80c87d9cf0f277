//go:build !race

package expr_test

const raceFactor = 1
