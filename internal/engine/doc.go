// Package engine runs executions. One goroutine owns an execution at a time; it asks flow/advance
// what to do, runs the node, and commits what the journal must hold before the next effect. It holds
// at most Options.HandOff executions in memory; the rest wait in the table, from which it refills.
//
//	Take ──► queue ──► worker (slot, group) ──► run: Next ► attempt ► Settle ► Apply ► Commit ─► end
//	             ▲   ▲      └─ its group is full: parked there              └─ sleeps: released to the table
//	             │   └──────── when the group has a place
//	refill ──────┘  from the table, when there is room and when a sleeper is due
//
// Who waits for an execution is told once, when its answer or its end is committed: the caller who sits
// for it (Sit), and those who attend one that another call began (Attend), wherever it is. ends.go lists
// the ways in which an execution can end.
//
// Passes of loops and parallel branches run at once beside the owner, who alone settles and commits:
//
//	Next ► Run ─┬─ computes only: here ─────────────► Settle ► Apply ─┐
//	            └─ may take long: ready ─► leaf ─► landed ─► Settle ... ├─► Next
//	                                 ▲                     an Op: wish ─┘
//	       Await: one Commit for all wishes, and before leaves that act outside; then wait for one to land
//
// An execution has one slot, however many leaves it has; beside.go says what bounds those.
//
// What it does not do: it decides nothing about a flow (advance does), knows no SQL and no HTTP.
package engine
