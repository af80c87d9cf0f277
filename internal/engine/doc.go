// Package engine runs executions. One goroutine owns an execution at a time; it asks flow/advance
// what to do, runs the node, and commits what the journal must hold before the next effect. It holds
// at most Options.HandOff executions in memory; the rest wait in the table, from which it refills.
//
//	Take ──► queue ──► worker (slot, group) ──► run: Next ► attempt ► Settle ► Apply ► Commit ─► end
//	             ▲                                        └─ sleeps: released to the table
//	refill ──────┘  from the table, when there is room and when a sleeper is due
//
// What it does not do: it decides nothing about a flow (advance does), knows no SQL and no HTTP.
package engine
