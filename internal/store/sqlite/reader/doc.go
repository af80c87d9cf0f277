// Package reader lends connections that read.
//
// A Pool has a fixed number of connections, so that reads cannot take the processor from the writer. Each is opened
// when it is needed first, and used by one caller at a time. A read is one read transaction, so it sees one snapshot
// of the tables, which may be older than the last commit by the time it ends.
//
// The write-ahead log cannot start over while a read uses an old snapshot. So a read is interrupted after the age of
// its Pool, and when its context ends. The interrupt comes from the goroutine of a timer; the number of the read
// (Reader.turn, guarded by Reader.mu) keeps a late timer from interrupting the next one.
//
// A crash leaves nothing of a read. The package knows no tables.
package reader
