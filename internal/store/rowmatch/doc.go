// Package rowmatch decides whether an execution or a delivery matches a query.
//
// A driver of a store uses it for what its indexes do not answer: it reads candidates by an index and drops those that do not
// match. The suite of the drivers uses it as the naive filter over all rows.
//
// Conditions are in stages, so that a driver reads no more than it needs: first those on the row, then those on labels,
// then those on the content of the call.
//
// The package reads nothing itself.
package rowmatch
