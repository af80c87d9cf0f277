// Package disk is an input and output layer for SQLite (a "VFS"). It wraps SQLite's own layer and changes how
// files are written, for a fast group commit on few cores:
//
//   - Writes to the write-ahead log are gathered and passed to the system in one call instead of two calls per
//     page. They are written before SQLite's sync returns, which is before SQLite makes the transaction visible.
//     They are also written before the log is read, measured or truncated.
//   - The sync that ends a transaction is separate from the transaction (SyncLog), so that the next transaction
//     can run during the sync.
//   - A sync is fdatasync (Linux), fsync (FreeBSD) or F_FULLFSYNC (macOS) through Go's system call interface.
//     SQLite's translated code makes a full fsync that Go's scheduler does not know about, so it blocks one of
//     Go's processors while it waits.
//   - All operations are counted, and a test can make any operation fail as a disk would.
//
// Locks, shared memory, reads and file names remain SQLite's. Plain is SQLite's own layer, unchanged. It is for
// systems that this package does not support (Windows) and serves as a fallback.
//
// Reserve watches the free space of the disk. The package knows no tables and no transactions.
package disk
