// Package fault defines the one form of error that crosses package borders: an operation, a kind from a closed
// list, an optional field, and a message for people.
//
// It does not log and does not know HTTP. The code that writes responses maps kinds to statuses.
package fault
