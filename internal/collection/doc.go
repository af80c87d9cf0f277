// Package collection defines collections, fields and records, and the pure rules about them. All input is checked
// here once and converted to a form that a store can use directly:
//
//	Collection, Field   a definition   ──Check, CheckAll──►  problems, all at once
//	two definitions                    ──Compare──►          []Change: what is done, and what is lost
//	the values of a new record         ──Admit──►            Admitted: cells, and the record's JSON
//	the values of a change             ──AdmitUpdate──►      Patch   ──Amend──► the changed record
//	a filter as written                ──ParseFilter──►      Filter  ──CheckFilter──► Bound
//	Query                              ──CheckQuery──►       Selection
//	Aggregate                          ──CheckAggregate──►   Reduction
//
// In Bound, Selection, Reduction, Admitted and Patch every name is resolved and every value is a Cell. A store
// builds its statement from the columns and binds the cells, so no text from outside enters the statement.
//
// A broken rule is a Violation, which is a result and not an error. The package does no I/O and knows no SQL.
// Rules that depend on other records are checked by the store: whether a value is unique, and whether a relation
// refers to an existing record.
package collection
