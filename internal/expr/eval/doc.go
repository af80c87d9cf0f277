// Package eval computes with the values of an expression: what an operand is, how operands are compared and
// calculated, how they become JSON, and what that costs.
//
// A Run is one evaluation and belongs to one goroutine. It charges every step, byte read and byte of memory to its
// Limits before the work is done, so an expression cannot run for long, however large the data is.
//
// Numbers follow one rule. Whole numbers are int64, and overflow is an error. Other numbers are float64 and
// represent the shortest decimal that reads back as them. A number that neither type holds exactly can be compared
// and passed on, but not used in a calculation.
//
// A Program is a compiled piece that yields a value. This package has the programs that need nothing but a Run. It
// knows no syntax tree and no function names.
package eval
