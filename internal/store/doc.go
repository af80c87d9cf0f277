// Package store is the contract of durable storage: plain data in, plain data out, one role
// interface per consumer, and one conformance suite (storetest) that every driver passes.
//
// Two writes carry all durability. Accept records a call and its execution; Commit appends to an
// execution's journal, applies the record Ops of its steps and moves its state. Both return only
// after the data is on disk (fsync). An error from either means that nothing of it was written, or
// that this is not known; never that a part was.
//
// A driver may group many callers' writes into one transaction. It must then tell each of them the
// truth about its own: see storetest.
package store
