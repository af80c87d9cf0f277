// Package engine runs executions: it writes accepted calls, decides which executions run, runs them, and tells
// who waits for them. It assembles three rooms, whose arrows go one way:
//
//	engine ──► intake    which executions run now: places, slots, queue, groups, refill from the table
//	   │          │
//	   │          ▼
//	   ├─────► run       one execution: attempts, parallel tasks, commits, its end
//	   │          │ Reports (implemented here)
//	   │          ▼
//	   └─────► waiters   who waits for an execution, in this process or another
//
// # The life of an execution
//
//	              Submit, SubmitAndWait: one write
//	               │                        │
//	no place: unowned                  place or slot: claimed
//	               ▼                        ▼
//	           ┌────────┐   Claim     ┌───────────┐  limit of its group   ┌────────┐
//	           │ table: │────────────►│ in memory │──────────────────────►│ parked │
//	           │ queued │             │  (queue)  │◄──────────────────────│        │
//	           └────────┘             └───────────┘     a place is free   └────────┘
//	             ▲    ▲                     │ slot
//	       Retry │    │ Release             ▼
//	             │    └───────────────┌───────────┐  waits until an instant  ┌──────────┐
//	             │  (stop, no room)   │  running  │─────────────────────────►│  table:  │
//	             │                    │ one owner │◄─────── Claim ───────────│ waiting  │
//	             │                    └───────────┘     when it is due       └──────────┘
//	             │                          │ commit of the end
//	             │                          ▼
//	             └──────────── succeeded, failed, aborted, canceled ──► Observer, waiters
//
// # What runs
//
//   - the callers' goroutines, in Submit, SubmitAndWait, Await, Cancel and Retry
//   - one goroutine that renews the lease and takes over what dead processes left; when the lease is lost it stops
//     the engine, because another process runs its executions then (ADR 25)
//   - one refiller, and as many workers as slots are taken (package intake); a worker is the owner of the execution it
//     runs
//   - the parallel tasks of executions (package run)
//   - for each waiter whose look into the table failed, one goroutine that looks again (package waiters)
//
// # Order
//
// Workflows take turns, each within its share of slots and memory (package fairshare). The executions of one workflow
// begin oldest first: once the table has some of it that nobody has claimed, new ones queue up behind them there. Those
// that callers wait for have a slot already and begin at once. A commit comes before whatever tells of it.
//
// # What a crash leaves
//
// The table: executions that were claimed and have not ended. The next process, or another when the lease has
// expired, drops their claims and counts one resume; an execution that is found so too often runs alone. A commit under an old claim is fenced:
// it writes nothing. Memory holds nothing that the table does not have, except results of nodes that only
// compute and whose commit was still to come; those nodes run again.
//
// What it does not do: it decides nothing about a flow (flow/advance does), knows no SQL and no HTTP.
package engine
