// Package function has the functions that expressions can call: expr-lang's own with their documented meaning,
// and ours for dates, encodings, hashes and URLs. All lists the plain ones; those that take a predicate, such as
// filter and reduce, are methods of Predicate. A test in package expr compares the names with expr-lang's list.
//
// A function gets evaluated operands and charges the Run for its work. It reads no clock and no random numbers,
// so a repeated step gets the same result. Messages never repeat data.
//
// The package does not know how a call is written.
package function
