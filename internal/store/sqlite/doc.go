// Package sqlite is the embedded driver of package store: one database file in the data directory, one
// process (which holds the directory's lock), one goroutine that writes.
//
//	callers ──► queues ──► writer ──► syncer ──► callers
//	            commits    one transaction   one fsync for all
//	            accepts    of many members   transactions so far
//	            alone         │
//	            bulk          └──► copier: the log into the database, beside the writer
//	            optional
//	callers ──► readers (a pool of connections, each used by one caller at a time)
//
// # What runs
//
// The writer owns the only connection that changes tables. What it knows beside the tables (claims, the
// backlog, the next ids of records) belongs to its goroutine; others see copies in atomics (Store.backlog,
// Store.catalog).
//
// The syncer is a second goroutine. It calls fsync on the write-ahead log and then answers the callers of all
// transactions that were committed before the fsync began. At most syncAhead transactions wait for it.
//
// The copier is a third goroutine with a connection of its own. It copies the log into the database
// (checkpoint.go). Only the writer decides when.
//
// Readers are connections in a pool. Each read is one read transaction, so it sees one state of the tables; it is
// interrupted after Options.ReadAge, because the log cannot start over while a read uses an old state. A pool of
// two more looks for the records that writes are about to touch, so that slow queries of people do not hold
// writes up.
//
// # The order of a write
//
// A write is a value (a member). The caller does all the work that needs no tables: it admits records, and encodes
// requests and steps as JSON. It puts the member into a queue and waits. No context of a caller reaches the
// writer: a caller who leaves changes nothing.
//
// The writer takes Commits first and then Accepts into one transaction, so that under pressure the front door
// slows down instead of the backlog growing. Members that filter or change the schema (Begin, Claim, Redefine)
// have a transaction of their own, every other turn. So have those that touch many records (bulk); they wait for
// a moment at which the others wait for the disk, but for no more than bulkTurns transactions. Optional writes
// (refused deliveries, late answers) ride on other transactions; nobody waits for them, and when their queue is
// full they are dropped and counted.
//
// After COMMIT the writer gives the members to the syncer and begins the next transaction. That one may read what
// is not on the disk yet. This is safe: the log is one file that is replayed in order, so the second transaction
// cannot survive a crash that the first does not.
//
// # Errors
//
// A broken rule (a unique value that another record has) is an outcome and not an error. After a real error, SQLite
// may have rolled back the whole transaction (FULL, IOERR, NOMEM, INTERRUPT), and savepoints with it. So the writer
// rolls back whatever happened, also after a panic, restores what it knew, and runs the members again one by one:
// each caller gets the result of its own write. Nobody was answered before.
//
// A failed fsync cannot be rolled back, as the transaction is committed. The same bytes are written and synced once
// more (package disk). If this fails, too, the callers get an error that says so, and the store refuses all writes
// until a restart.
//
// # What a crash leaves
//
// After a crash the log contains the transactions up to one, each whole: SQLite's checksums end it there. It has
// all that callers were answered, and maybe more, whose answers were lost. Therefore each write can be repeated:
// an Accept finds its delivery, and a Commit finds its owner and number on the row of its execution. Claims survive
// in the rows; Begin gives up those of dead processes.
//
// # Speed
//
// Measured with the writes of one two-node execution (delivery of 8 KB, execution, steps, record, end
// state), 128 in a transaction, in µs of processor time on a shared 2 GHz core; the best of four runs,
// statements and commit:
//
//	database/sql over modernc.org/sqlite     40.8 + 18.0
//	zombiezen.com/go/sqlite                  33.1 + 19.4
//	package conn, with package disk          18.7 + 11.8
//
// What the schema owes to that (same measure, statements only): the steps of a commit as one row of
// JSON instead of one row each 6.7 -> 2.2, for any number of steps; no index entry for an execution
// that is claimed when it is accepted 8.3 -> 6.3; the metadata of a request as one JSON column 7.7 -> 6.5. Pages of
// 8 KiB cost 24, of 4 KiB 26, of 16 KiB 22, which holds two small rows and wastes half a page on others.
// Text in indexes costs no more than numbers, STRICT tables nothing. Rows are appended at the right
// edge of every tree, so a write costs the same with a million rows as with a thousand.
//
// # Records
//
// A collection is a table c_<name> with a column f_<field> for each field that is stored. What does not
// depend on SQL (plans of changes, cascades, results) is package recordplan's; this one has the statements. A single create
// rides with other members; what may break a rule half way stands in a savepoint; what touches many
// records has a transaction of its own. A reader finds what a filter selects, the writer touches it, at
// most collection.OpChunk records in a write. docs/adr/0017 and 0022 have the reasons. Measured on the same core: 150,000 records
// of four fields a second in arrays, 80,000 updates a second, a page by an index in 0.2 ms.
//
// # Dedupe keys
//
// A key is a row of the table dedupe_keys. Accept looks it up and claims it in the transaction that writes the
// delivery and the execution, so a crash leaves all three or none. ForgetKeys alone deletes keys: docs/adr/0026
// says what this costs.
package sqlite
