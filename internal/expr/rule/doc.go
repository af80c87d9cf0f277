// Package rule compiles conditions: trees of rules ({and: [...]}, {or: [...]}, {not: ...}, {left, op, right,
// strict}), where an expression as a string can take the place of any rule (SPEC §7).
//
// The operators are null-safe: null equals only null, null is empty, and every other test of null is false. Numbers
// are compared exactly.
//
// The package does not know what a condition decides.
package rule
