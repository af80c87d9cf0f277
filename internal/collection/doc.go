// Package collection holds the nouns of stored data and the pure rules about them. It does no I/O and
// knows no SQL. Whatever comes in is checked here once and becomes a form that a store can use as it
// stands:
//
//	Collection, Field   a definition   ──Check, CheckAll──►  problems, all at once
//	two definitions                    ──Compare──►          []Change: what is done, and what is lost
//	the values of a new record         ──Admit──►            Admitted: cells, and the record's JSON
//	the values of a change             ──AdmitUpdate──►      Patch   ──Amend──► the changed record
//	a filter as written                ──ParseFilter──►      Filter  ──CheckFilter──► Bound
//	Query                              ──CheckQuery──►       Selection
//	Aggregate                          ──CheckAggregate──►   Reduction
//
// In Bound, Selection, Reduction, Admitted and Patch every name is resolved and every value is a Cell:
// a store builds its statement from the columns and binds the cells, and no text that came from outside
// gets between them.
//
// A rule that is broken is a Violation, which is a result and not an error. What only other records can
// tell, such as whether a value is unique or a relation leads somewhere, is the store's.
package collection
