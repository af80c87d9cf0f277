// Package edit changes a workflow's document by typed operations, as an editor does. It is pure: Apply returns a new
// document, and the operations that undo the change. Applied in their order to the new document, these restore the old
// one exactly, with the order of its members and the text of its numbers.
//
// A document may be incomplete or wrong; an operation only needs what it names. Nodes are named by their keys.
//
// The package does not check whether the result is a valid workflow (package document does), and stores nothing.
package edit
