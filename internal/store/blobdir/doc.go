// Package blobdir stores blobs as files: DIR/ab/<sha256>. The name of a file depends only on its content. No
// input of a caller becomes part of a path.
//
// A blob is written to DIR/tmp, synced, and renamed to its final name; then the directory is synced. A file under
// its final name is therefore complete after any crash. Content that already exists is replaced by the same
// content, so that its modification time is new and a sweep treats it as young.
//
// # Who keeps a blob alive
//
// Deliveries and records in the database keep a blob alive; this package does not know the database. Between Keep
// and the write that stores the reference, a pin in memory protects the blob. Remove holds the lock of the blob's
// shard while it checks the pins, asks the database, and unlinks the file. Keep holds the same lock while it
// checks for the content, renames the file, and pins it. Therefore a blob cannot disappear after somebody found
// it and before they stored the reference:
//
//	keep    lock [ exists? no: rename, sync. pin ] unlock     write, sync      unpin
//	remove                                                 lock [ pinned? named? else unlink ] unlock
//
// A backup copies many blobs over a long time. It does not pin each of them; Hold stops all removals meanwhile.
//
// A crash loses the pins, and with them the calls that were not accepted yet. The blobs of such calls become
// orphans, which Sweep removes.
//
// The package does not compress or encrypt content, and does not decide how long a blob is kept.
package blobdir
