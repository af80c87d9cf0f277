package app

import (
	"fmt"
	"maps"
)

// stats gathers the counters of the parts, by part and name.
func (a *App) stats() map[string]int64 {
	all := make(map[string]int64)
	e, seen := a.engine.Stats(), a.live.Counts()
	maps.Copy(all, map[string]int64{
		"door.accepted": seen.Accepted, "door.rejected": seen.Rejected, "door.unmatched": seen.Unmatched,
		"engine.succeeded": seen.Succeeded, "engine.failed": seen.Failed,
		"engine.aborted": seen.Aborted, "engine.canceled": seen.Canceled, "engine.waited": seen.Waited,
		"engine.commitRetries": e.CommitRetries, "engine.held": e.Held, "engine.parked": e.Parked,
		"engine.waiting": e.Waiting, "engine.running": int64(e.Running),
	})
	gone := a.janitor.Stats()
	maps.Copy(all, map[string]int64{
		"janitor.deliveries": gone.Deliveries, "janitor.executions": gone.Executions,
		"janitor.keys": gone.Keys, "janitor.blobs": gone.Blobs,
	})
	s := a.store.Stats()
	maps.Copy(all, map[string]int64{
		"store.backlog": a.store.Backlog(), "store.transactions": s.Transactions, "store.statements": s.Statements,
		"store.rollbacks": s.Rollbacks, "store.reruns": s.Reruns, "store.members": s.Members,
		"store.checkpoints": s.Checkpoints, "store.logRestarts": s.Restarts,
		"store.fsyncs": s.Disk.Syncs, "store.logBytes": s.Disk.LogBytes, "store.notesDropped": s.NotesDropped,
	})
	for i, n := range s.Batches {
		all[fmt.Sprintf("store.batch.%d", 1<<i)] = n
	}
	return all
}
