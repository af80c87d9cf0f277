// Package fault is the one shape of an error that crosses a package border: an operation, a kind
// from a closed list, an optional field, and a message written for people.
//
// It does not log and does not know HTTP: the mapping from kinds to statuses lives where answers are
// written.
package fault
