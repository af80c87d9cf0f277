// Package definitions creates, changes and drops collections: their definitions and their tables.
//
// A Redefine is one transaction of the writer. It plans the changes (package recordplan) with the newest catalog,
// applies them to the tables one by one, stores the definitions, and publishes the new catalog after the commit. If one
// change is not allowed, nothing is written. Statements that were prepared for changed tables are freed.
//
// A change that must rewrite records does so in that transaction, and no other write runs meanwhile. So it is refused
// for more than Definitions.Rewrite records. A field or collection that is dropped from a larger table is hidden
// instead: renamed, which changes no row. Then a goroutine (Sweep) empties it in small writes, each of its own. There is
// one sweep at a time. It ends when nothing is left, after an error, or when the store is closed; what a crash leaves
// hidden is found by its name at the next start.
//
// The package reads and writes no records otherwise.
package definitions
