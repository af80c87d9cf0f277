// Package function implements the functions that expressions can call: expr-lang's own, as documented, and
// additional ones for dates, encodings, hashes and URLs. All lists the plain functions. Those that take a
// predicate, such as filter and reduce, are methods of Predicate. A test in package expr compares the names with
// expr-lang's list.
//
// A function gets evaluated operands and charges the Run for its work. It reads no clock and uses no random
// numbers, so a repeated step gets the same result. Messages never repeat data.
//
// The package does not know the syntax of a call.
package function
