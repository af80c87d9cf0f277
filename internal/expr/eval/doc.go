// Package eval computes with the values of an expression: what an operand is, how operands are compared and
// calculated with, how they become JSON, and what all of that costs.
//
// A Run is one evaluation. It belongs to one goroutine. Every step, byte read and byte of memory is charged to its
// Limits before the work is done, so an expression cannot run for long, however large the data is.
//
// Numbers follow one rule: whole ones are int64 and overflow is an error; others are float64 that stand for the
// shortest decimal that names them. A number that neither can hold exactly may be compared and passed on, but
// not calculated with.
//
// A Program is something compiled that yields a value. This package has the programs that need nothing but a Run.
// It knows no syntax tree and no function by name.
package eval
