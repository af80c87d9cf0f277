// Package writer owns the only connection that changes tables, and commits the writes of many callers together.
//
//	callers ──► queues ──► writer ──► syncer ──► callers
//	            Commits    one transaction   one fsync for all
//	            Accepts    of many members   transactions so far
//	            Alone         │
//	            Bulk          └──► copier: the log into the database, beside the writer
//	            optional
//
// # What runs
//
// The writer is the goroutine that runs transactions. It owns Tx: the connection, its prepared statements, and the
// view of the log. What rooms know beyond the tables (State) belongs to this goroutine too; other goroutines see
// copies in atomics, which change only after a commit.
//
// The syncer calls fsync on the write-ahead log and then answers the callers of all transactions that were committed
// before the fsync began. At most syncAhead transactions wait for it.
//
// Copies of the whole database (backups) are made by the writer, a few pages between two transactions (copy.go).
//
// The copier has a connection of its own. It copies the log into the database (checkpoint.go). Only the writer decides
// when.
//
// # The order of a write
//
// A write is a value (a Member). The caller does all the work that needs no tables, puts the member into a queue and
// waits. No context of a caller reaches the writer, so a caller that disconnects changes nothing.
//
// The writer takes Commits first and then Accepts into one transaction, so that under pressure new calls are slowed
// down instead of the backlog growing. Members of the queue Alone get a transaction of their own, every other turn. So
// do members that touch many records (Bulk). They wait for a moment at which the others wait for the disk, but for no
// more than bulkTurns transactions. Optional writes are added to other transactions. Nobody waits for them, and when
// their queue is full they are dropped and counted.
//
// After COMMIT the writer passes the members to the syncer and begins the next transaction, which may read data that
// is not on the disk yet. This is safe: the log is one file that is replayed in order, so the second transaction
// cannot survive a crash without the first.
//
// # Errors
//
// After an error, SQLite may have rolled back the whole transaction (FULL, IOERR, NOMEM, INTERRUPT), and savepoints
// with it. So the writer always rolls back, also after a panic, tells each State, and runs the members again one by one:
// each caller gets the result of its own write. No caller was answered before. What a caller must know without an
// error (a broken rule) is an outcome in its Member.
//
// A failed fsync cannot be rolled back, because the transaction is committed. The same bytes are written and synced
// again (package disk). If this fails too, the callers get an error that says so, and the writer refuses all writes
// until a restart.
//
// # What a crash leaves
//
// After a crash the log contains the transactions up to some point, each complete: SQLite's checksums end it there. It
// contains everything that callers were told is written, and maybe more, whose answers were lost. Therefore each
// write must be repeatable; the rooms see to that.
//
// # The end
//
// Close lets the writer take what waits, and end. It then ends the syncer, which answers the last callers, and the
// copier, and closes the connections.
//
// The package knows no tables.
package writer
