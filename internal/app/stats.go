package app

import (
	"maps"

	"hookline.dev/hookline/internal/store"
)

// stats collects the counters of all parts, named by part and counter.
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
	all["door.filterErrors"] = 0
	for _, n := range a.door.FilterErrors() {
		all["door.filterErrors"] += n
	}
	sent := a.out.Stats()
	maps.Copy(all, map[string]int64{
		"outbound.requests": sent.Requests, "outbound.redirects": sent.Redirects, "outbound.refused": sent.Refused,
		"outbound.failed": sent.Failed, "outbound.timedOut": sent.TimedOut, "outbound.tooLarge": sent.TooLarge,
		"outbound.otherFailures": max(0, sent.Failed-sent.TimedOut),
		"outbound.dials":         sent.Dials, "outbound.connections": sent.Connections, "outbound.inFlight": sent.InFlight,
	})
	scripts := a.scripts.Stats()
	maps.Copy(all, map[string]int64{
		"script.runs": scripts.Runs, "script.workers": scripts.Workers, "script.busy": scripts.Busy, "script.waiting": scripts.Waiting,
	})
	traces := a.tracer.Stats()
	maps.Copy(all, map[string]int64{"traces.exported": traces.Exported, "traces.unqueued": traces.Unqueued, "traces.rejected": traces.Rejected})
	all["log.suppressed"] = a.events.suppressed.Load()
	all["server.serving"] = 0
	if a.serving.Load() {
		all["server.serving"] = 1
	}
	gone := a.janitor.Stats()
	maps.Copy(all, map[string]int64{
		"janitor.deliveries": gone.Deliveries, "janitor.executions": gone.Executions,
		"janitor.keys": gone.Keys, "janitor.blobs": gone.Blobs,
	})
	all["store.backlog"] = a.store.Backlog()
	if m, ok := a.store.(store.Metered); ok {
		for name, n := range m.Counters() {
			all["store."+name] = n
		}
	}
	return all
}
