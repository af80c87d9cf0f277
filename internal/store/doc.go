// Package store is the contract of durable storage: plain data in, plain data out. It has one role interface per
// consumer, and one conformance suite (storetest) that every driver passes.
//
// Two writes carry all durability. Accept stores a call and its execution. Commit appends to an execution's
// journal, applies the record operations of its steps and updates its state. Both return only after the data is
// on disk (fsync). An error from either means that nothing was written, or that the outcome is unknown. A write
// is never stored in part.
//
// A driver may group the writes of many callers into one transaction. It must then report to each caller the
// outcome of its own write; storetest checks this.
//
// The package has no implementation. It does not run workflows, authenticate callers or decide what retention
// deletes.
package store
