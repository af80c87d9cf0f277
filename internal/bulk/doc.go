// Package bulk retries, cancels and replays many executions or deliveries at once: those that match a query.
//
//	Plan ── query ──► targets, stored ──► StartAction ──► the runner ──► Deps.Retry, Cancel, Replay ──► done
//	                     │ an hour                          │ StopAction
//	                     └──► dropped                       └──► stopped
//
// A plan chooses the targets and changes nothing else. Its answer says how many there are, so that somebody can decide. The
// targets never change afterwards: what matches later is not touched. A target that has changed since the plan, or that no
// longer exists, is skipped with a reason.
//
// # What runs
//
// One goroutine works from Start to Stop. The running actions take turns. In a turn, up to partSize targets are acted on, one
// after another, and then the progress is written. So a small action does not wait for the end of a large one. MaxRate limits
// the targets of all actions together. Nothing is added to the queue of executions while Deps.MaxBacklog are in it: calls go
// first. An action whose target cannot be written at the moment (fault.Unavailable) ends its turn and tries again later.
//
// # Who owns what
//
// Runner.mu guards the rows of the actions: it is locked while a row changes, and while one target is acted on. The action
// whose turn it is is Runner.current; its copy in memory is ahead of the store until the turn ends. StopAction changes that
// copy, so the turn ends after the target under way, and the counts of a stopped action are exact. The store belongs to one
// process, which has one Runner.
//
// # What a crash leaves
//
// Before a turn of replays, ids for the new deliveries and executions are reserved and written (Pending). After a crash the
// targets of that turn are acted on again, and each has its effect once:
//
//   - a replay writes the same ids, which the store writes once;
//   - a retry leaves the id of the action in the journal, by which package retry knows that it has happened;
//   - a cancel of what is canceled changes nothing, and an execution that somebody has retried since is skipped.
//
// The package does not know how a retry, a cancel or a replay is done, nor who may ask for it.
package bulk
