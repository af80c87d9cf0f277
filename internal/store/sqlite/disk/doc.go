// Package disk is SQLite's own input and output layer (a "VFS") with the writing done differently,
// for the speed of a group commit on few cores:
//
//   - Writes to the write-ahead log are gathered and given to the system in one call, instead of two
//     calls for every page. They are out before SQLite's sync returns, which is before SQLite shows the
//     transaction to anybody, and before the log is read, measured or cut.
//   - The sync that ends a transaction is separate from it (SyncLog), so that the next transaction can
//     be made meanwhile.
//   - A sync is fdatasync made the Go way. SQLite's translated code makes a full fsync that Go's
//     scheduler does not know of, so that it holds one of the machine's processors while it waits.
//   - Everything is counted, and a test may make any operation fail as a disk would.
//
// Locks, shared memory, reading and file names stay SQLite's. Plain is SQLite's own layer unchanged, for systems
// where the package knows no better (Windows) and as a fallback. The package knows nothing of tables.
package disk
