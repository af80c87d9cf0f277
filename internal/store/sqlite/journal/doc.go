// Package journal stores deliveries, executions and their journals: accepting, committing, claiming, leases, and
// reading them.
//
// # Rows
//
// A delivery and an execution are one row each. The steps of a Commit are one row of JSON, whose key is the N of its
// last step (steps.go). What can be encoded without the tables is encoded in the caller's goroutine (package rowcodec).
//
// # Claims
//
// A claim is the right of one incarnation to commit an execution. It is stored in the execution's row, so it survives a
// crash. The writer's goroutine also keeps the claims in memory (claims.go), because each Commit needs one; after a
// rollback they are as before. The number of queued and running executions is kept in the same way, and published for
// other goroutines after each commit (Backlog).
//
// TakeOver gives up the claims of processes without a lease. Opening the store ends all leases: only one process can
// have the data directory, so the others are dead.
//
// # Order
//
// An Accept and a Commit are Members of package writer. They may share a transaction with others, in the order in which
// they were queued. Both must be repeatable, because their caller cannot know whether a write whose answer was lost
// is on the disk: an Accept finds its delivery, and a Commit finds its owner and number on the row of its execution.
//
// A Claim is found by a reader, which may see an older snapshot. So the write claims only executions that are still as
// the reader has seen them. Claims are found one after another (Journal.claiming).
//
// # What a crash leaves
//
// Each delivery whose Accept was answered, with its execution, and each Commit that was answered, with the records of
// its operations. Deliveries and answers that nobody waits for (SaveDelivery, SaveAnswer) may be lost.
//
// The package does not run executions, and deletes nothing: that is package retention.
package journal
