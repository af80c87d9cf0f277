// Package retention deletes deliveries with their executions and steps, sweeps blobs, and measures what is stored.
//
// Each DeleteDeliveries is bounded: a reader finds the deliveries, through an index and without changing anything. Then one
// transaction of the writer deletes those that may still be deleted, and only after the fsync are the blobs removed
// that the deleted deliveries named. A crash in between leaves orphans among the blobs, which SweepBlobs deletes. A
// blob is removed only if no row names it; package blobdir asks for that while it holds off new pins.
//
// The package does not decide when something is deleted: the janitor calls it.
package retention
