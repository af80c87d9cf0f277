// Package records runs the operations on records, and reads them: filters to SQL, pages, aggregates, related records.
//
// An operation is prepared in the caller's goroutine: values are admitted, the filter is bound, and a reader finds the
// records that it may touch (targets.go), so that the writer reads only what it changes. Then it runs in a transaction
// of the writer, at most collection.OpChunk records in one. It checks each target again, because it may have changed
// in between. If a collection was redefined in between, the operation is prepared again (Operation.stale).
//
// A single create is one statement and shares its transaction with others. An operation that may break a rule half way
// runs in a savepoint. One that touches many records has a transaction of its own (Queue). So a crash leaves each
// write of an operation whole or not at all; which of several writes were done tells the Progress that the caller
// keeps.
//
// Finding targets uses a pool of its own, so that slow queries of users do not delay writes. docs/adr/0017 and 0022
// have the reasons. Measured on a shared 2 GHz core: 150,000 records of four fields a second in arrays, 80,000
// updates a second, a page by an index in 0.2 ms.
//
// The rules that need no SQL are in packages collection and recordplan; package definitions changes the tables.
package records
