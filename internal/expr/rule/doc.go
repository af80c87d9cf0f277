// Package rule compiles conditions: trees of rules ({and: [...]}, {or: [...]}, {not: ...},
// {left, op, right, strict}), with an expression as a string in the place of any rule (SPEC §7).
//
// The operators are null-safe: null is equal to null alone, is empty, and every other test of it is false. Numbers
// are compared exactly.
//
// It does not know what a condition decides.
package rule
