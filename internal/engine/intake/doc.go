// Package intake decides which executions run now. It keeps a bounded number of them in memory and claims the
// rest from the table, oldest first.
//
//	Reserve, Put ──► queue ──► worker: slot ──► run.Open ──► group ──► run.Drive
//	                  ▲  ▲                                     │
//	                  │  └──── its turn in the group ◄─────── parked
//	refiller ─────────┘
//	 (Claim)                AcquireSlot, RunNow ──► idle worker, or a new goroutine
//
// # What runs
//
// One refiller: first it runs suspects, one at a time and with nothing beside them; then it starts the workers and
// claims from the table. It is woken when an execution was left to the table (Refill), when there is room again,
// and when a waiting execution is due. It knows the instant of the first one only; after each wake it asks the table
// for the next (NextWake). Without a signal it asks again every two seconds, and compares the backlog. So an execution
// is found that no signal announced, as when another process released it. Limits.Slots workers take jobs from the
// queue.
//
// # Who owns what
//
//   - A place in the hand-off (held, and load for the bytes of the body) belongs to a reservation, then to the job,
//     until giveBack. Executions that callers wait for have a slot instead of a place.
//   - A slot is a token in slots. Whoever put it there takes it out: AcquireSlot and ReleaseSlot or RunNow, a
//     worker and handle.
//   - A job belongs to the queue, then to one worker, or to the group in which it is parked.
//   - mu guards the jobs that Cancel can reach, the cancel requests, and the groups. It is taken before the
//     queue's own lock, never after it.
//
// # Order
//
// The queue is first in, first out. Until a look into the table has found nothing there may be older executions in it,
// so Reserve refuses, also while a Claim is under way. A group hands its place directly to the oldest that is parked
// in it, so nobody overtakes.
//
// # What a crash leaves
//
// Claims in the table, parked executions included: they count as found unfinished at the next start. One
// that was found so before is released instead of being parked as an id, which clears its count (ADR 9).
//
// What it does not do: it knows nothing of nodes and journals.
package intake
