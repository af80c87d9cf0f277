// Package intake decides which executions run now. It keeps a bounded number of them in memory and claims the
// rest from the table.
//
//	Reserve, Put ──► queue by workflow ──► slot ──► worker: run.Open ──► group ──► run.Drive
//	                  ▲  ▲                                                  │
//	                  │  └──── its turn in the group ◄──────────────────── parked
//	refiller ─────────┘
//	 (Claim)                AcquireSlot ──► slot ──► RunNow ──► worker
//
// # What runs
//
// One refiller: first it runs suspects, one at a time and with nothing beside them; then it claims from the table. It is
// woken when an execution was left to the table (Refill), when there is room again, and when a waiting execution is due.
// It knows the instant of the first one only; after each wake it asks the table for the next (NextWake). Without a
// signal it asks again every two seconds, and compares the backlog. So an execution
// is found that no signal announced, as when another process released it. When a job gets its slot, a worker runs it:
// an idle one, or a new goroutine. There are at most as many workers as slots.
//
// # Who owns what
//
//   - A place in the hand-off, and the bytes of the body, belong to a reservation, then to the job, until giveBack.
//     Executions that callers wait for have a slot instead of a place.
//   - A slot belongs to AcquireSlot until ReleaseSlot or RunNow, and to a worker until its job is handled.
//   - A job belongs to the queue, then to one worker, or to the group in which it is parked.
//   - mu guards the jobs that Cancel can reach, the cancel requests, and the groups. The lock of the places is taken
//     under it; the queue is not called with it.
//
// # Shares
//
// Slots, places and bytes are dealt to workflows by package fairshare, so that a workflow that floods has at most its
// share, and there is some of each for the next one. Claim skips the workflows that have their share of the places, and
// takes the others in turn. Admit refuses calls of a workflow that has its share of the backlog.
//
// # Order
//
// The queue of a workflow is first in, first out, and workflows take turns. Until a look into the table has found nothing
// of a workflow there may be older executions of it, so Reserve refuses, also while a Claim is under way. A group hands
// its place directly to the oldest that is parked in it, so nobody overtakes.
//
// # What a crash leaves
//
// Claims in the table, parked executions included: they count as found unfinished at the next start. One
// that was found so before is released instead of being parked as an id, which clears its count (ADR 9).
//
// What it does not do: it knows nothing of nodes and journals.
package intake
