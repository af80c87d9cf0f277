// Package run drives one execution at a time from its journal to its end. It asks flow/advance what to do, runs the
// node, and commits what the journal must hold before the next effect.
//
//	Open ──► Drive: Next ──► attempt ──► Settle ──► Apply ──► Commit ──► Next ... ──► end, sleep or Release
//
// # What runs
//
// The owner, which is the goroutine that calls Drive, and parallel tasks: passes of loops and branches of forks
// whose node may take long. What only computes the owner runs itself.
//
//	Next ► Run ─┬─ only computes: runHere ─────────────► record: Settle ► Apply ─┐
//	            └─ may take long: prepare ─► task ─► complete ─► record ...       ├─► Next
//	                                 ▲                 an Op: addOp ─────────────┘
//	       Await: one commit for all Ops and for the inputs of outbound tasks; then wait for a task
//
// An execution has one slot, however many tasks it has. Those are bounded by maxTasks in an execution and by
// Limits.ParallelTasks in all.
//
// # Who owns what
//
// The owner alone changes the state, settles and commits. Tasks read the state through their scope, under
// parallel.mu, which the owner holds while it changes the state and tasks run. A task gives its outcome back
// through parallel.completed, which has room for all tasks, so a task never blocks on its owner. A task whose pass
// or branch has lost is detached: canceled, and its outcome ignored; Drive returns when the last one has
// completed.
//
// # Order
//
//   - The input of an outbound node is committed before the node runs.
//   - An Op is committed with its step before the cursor that asked for it goes on.
//   - The answer of a Response node is committed, with everything before it, before it is reported.
//   - A blob that a node stored is pinned until the commit of its step has made the delivery refer to it. A crash
//     before leaves an orphan, and the repeat stores the blob again.
//   - Rows of nodes that only compute ride along with the next commit, at most maxPending of them.
//
// # What a crash leaves
//
// The journal as of the last commit. An outbound node whose row is open runs again with the same input and
// idempotency key. A commit whose answer was lost is sent again under its number: the table writes it once and
// returns the outcome of the first write (ADR 27). A failed commit never fails an execution. When the claim is lost nothing is written any more.
//
// What it does not do: it chooses no execution (package intake does), knows no SQL and no HTTP.
package run
