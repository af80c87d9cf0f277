// Package blobdir keeps blobs as files: DIR/ab/<sha256>, named by their content alone. Nothing that a
// caller says becomes part of a path.
//
// A blob is written to DIR/tmp, synced, and moved to its place; then the folder is synced. So a file that
// stands in its place is whole, after any crash. Content that is there already is replaced by itself, so
// that a sweep takes it for young.
//
// # Who keeps a blob alive
//
// Deliveries do, in the database, which this package does not know. Between Keep and the write that
// names the blob a pin in memory does. Removal holds the lock of the blob while it looks for a pin, asks
// the database, and unlinks; Keep holds the same lock while it looks whether the content is there, moves
// it to its place, and pins it. So a blob cannot go between somebody's finding it and naming it:
//
//	keep    lock [ there? no: move, sync. pin ] unlock       write, sync      unpin
//	remove                                            lock [ pinned? named? else unlink ] unlock
//
// A crash loses the pins and with them the calls that had not been accepted; what they kept is an
// orphan, which Sweep finds.
package blobdir
