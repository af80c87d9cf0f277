// Package sqlite is the embedded driver of package store: one database file in the data directory, one process
// (which holds the directory's lock), one goroutine that writes.
//
//	callers ──► queues ──► writer ──► syncer ──► callers
//	            commits    one transaction   one fsync for all
//	            accepts    of many members   transactions so far
//	            alone         │
//	            bulk          └──► copier: the log into the database, beside the writer
//	            optional
//	callers ──► readers (a pool of connections, each used by one caller at a time)
//
// The package does not run workflows, does not delete anything on its own schedule (package store's Retention is
// called by the janitor), and does not store large content: that is package blobdir.
//
// # What runs
//
// The writer owns the only connection that changes tables. Its knowledge beyond the tables (claims, the backlog,
// the next ids of records) belongs to its goroutine; others see copies in atomics (Store.backlog, Store.catalog).
//
// The syncer is a second goroutine. It calls fsync on the write-ahead log and then answers the callers of all
// transactions that were committed before the fsync began. At most syncAhead transactions wait for it.
//
// The copier is a third goroutine with a connection of its own. It copies the log into the database
// (checkpoint.go). Only the writer decides when.
//
// Readers are connections in a pool. Each read is one read transaction, so it sees one snapshot of the tables. It
// is interrupted after Options.ReadAge, because the log cannot start over while a read uses an old snapshot. A
// second pool of two connections finds the records that writes are about to touch, so that slow queries of users
// do not delay writes.
//
// # The order of a write
//
// A write is a value (a member). The caller does all the work that needs no tables: it admits records, and
// encodes requests and steps as JSON. It puts the member into a queue and waits. No context of a caller reaches
// the writer, so a caller that disconnects changes nothing.
//
// The writer takes Commits first and then Accepts into one transaction, so that under pressure new calls are
// slowed down instead of the backlog growing. Members such as Begin, Claim and Redefine get a transaction of
// their own, every other turn. So do members that touch many records (bulk). They wait for a moment at which the
// others wait for the disk, but for no more than bulkTurns transactions. Optional writes (refused deliveries,
// late answers) are added to other transactions. Nobody waits for them, and when their queue is full they are
// dropped and counted.
//
// After COMMIT the writer passes the members to the syncer and begins the next transaction, which may read data
// that is not on the disk yet. This is safe: the log is one file that is replayed in order, so the second
// transaction cannot survive a crash without the first.
//
// # Errors
//
// A broken rule (a unique value that another record has) is an outcome and not an error. After a real error,
// SQLite may have rolled back the whole transaction (FULL, IOERR, NOMEM, INTERRUPT), and savepoints with it. So
// the writer always rolls back, also after a panic, restores its own state, and runs the members again one by
// one: each caller gets the result of its own write. No caller was answered before.
//
// A failed fsync cannot be rolled back, because the transaction is committed. The same bytes are written and
// synced again (package disk). If this fails too, the callers get an error that says so, and the store refuses
// all writes until a restart.
//
// # What a crash leaves
//
// After a crash the log contains the transactions up to some point, each complete: SQLite's checksums end it
// there. It contains everything that callers were told is written, and maybe more, whose answers were lost.
// Therefore each write can be repeated: an Accept finds its delivery, and a Commit finds its owner and number on
// the row of its execution. Claims survive in the rows; TakeOver gives up those of dead processes.
//
// # Speed
//
// Measured with the writes of one two-node execution (delivery of 8 KB, execution, steps, record, end state), 128
// in a transaction, in µs of processor time on a shared 2 GHz core; the best of four runs, statements and commit:
//
//	database/sql over modernc.org/sqlite     40.8 + 18.0
//	zombiezen.com/go/sqlite                  33.1 + 19.4
//	package conn, with package disk          18.7 + 11.8
//
// The schema contributes to this (same measure, statements only):
//
//   - The steps of a commit are one row of JSON instead of one row each: 6.7 -> 2.2, for any number of steps.
//   - An execution that is claimed when it is accepted has no index entry: 8.3 -> 6.3.
//   - The metadata of a request is one JSON column: 7.7 -> 6.5.
//   - Pages of 8 KiB cost 24, of 4 KiB 26, of 16 KiB 22. A page of 16 KiB holds two small rows and wastes half a
//     page on others.
//   - Text in indexes costs no more than numbers. STRICT tables cost nothing.
//   - Rows are appended at the right edge of every tree, so a write costs the same with a million rows as with a
//     thousand.
//
// # Records
//
// A collection is a table c_<name> with a column f_<field> for each stored field. Package recordplan has the
// logic that does not depend on SQL (plans of changes, cascades, results); this package has the statements. A
// single create shares its transaction with other members. An operation that may break a rule half way runs in a
// savepoint. One that touches many records has a transaction of its own. A reader finds the records that a filter
// selects, and the writer changes them, at most collection.OpChunk records in a write. docs/adr/0017 and 0022
// have the reasons. Measured on the same core: 150,000 records of four fields a second in arrays, 80,000 updates
// a second, a page by an index in 0.2 ms.
//
// # Dedupe keys
//
// A key is a row of the table dedupe_keys. Accept looks it up and claims it in the transaction that writes the
// delivery and the execution, so a crash leaves all three or none. Only ForgetKeys deletes keys: docs/adr/0026
// describes what this costs.
package sqlite
