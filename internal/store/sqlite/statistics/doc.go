// Package statistics counts deliveries and executions by workflow and minute, hour and day, in the transactions that
// write them.
//
// # What runs
//
// The writer's goroutine counts: the journal calls Delivered, Ended and the others while a transaction runs, and the
// counts of this transaction (current) belong to it like its rows. They are discarded with a rollback, so a member that
// runs again is counted once. Before COMMIT they become rows of the same transaction:
//
//   - Usually a row of statistics_log for each workflow and minute that the transaction touched. That is one row for most
//     transactions, at the edge of a small table, whatever the number of its members.
//   - At most once in foldEvery, the buckets: everything that was logged since (pending, which mirrors the log) and the
//     current counts are added to the buckets of the minute, the hour, the day, of each workflow and of all together, and
//     the log is emptied. So the hour and the day are always complete, and late events need no special case.
//
// There is no transaction, and no fsync, that was not there before.
//
// Two things are counted by other goroutines, in memory and under a mutex (observed): the time until an asynchronous
// call is answered, which is known only after its transaction is on disk, and calls that were dropped because a queue
// was full. The next transaction takes them along; if it is rolled back they are put back.
//
// # Reading
//
// A reader adds the buckets and the log in one snapshot. So it sees exactly what the committed transactions have counted,
// and nothing is told from memory except how many executions are unfinished (Unfinished), which changes after each
// commit.
//
// The buckets of one width and start lie together, so a write touches few pages. The buckets of all workflows together have
// a negative width and lie apart: a chart of them is one range. A chart of one workflow is a look-up for each step.
//
// # What a crash leaves
//
// Each counted transaction has its rows in the log or in the buckets, as both are written with it. Opening the store
// reads the log into memory. What was only observed is lost: answer times of the last moment, and dropped calls.
//
// # Bounds
//
// A bucket exists only for a workflow and a time in which something happened, so there are never more than events.
// Calls that no workflow took share the key "". Each width has at most Statistics.Most buckets; then the oldest are deleted
// before their time. A fold adds at most maxPending workflows and minutes, and those of one transaction.
//
// The package does not know when something happens; the journal does.
package statistics
