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
// What it does not do: it decides nothing about a flow (advance does), knows no SQL and no HTTP.
package engine
