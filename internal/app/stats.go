package app

import "maps"

// stats gathers the counters of the parts, by part and name.
func (a *App) stats() map[string]int64 {
	all := make(map[string]int64)
	e := a.engine.Stats()
	maps.Copy(all, map[string]int64{
		"engine.succeeded": e.Succeeded, "engine.failed": e.Failed,
		"engine.aborted": e.Aborted, "engine.canceled": e.Canceled,
		"engine.commitRetries": e.CommitRetries, "engine.held": e.Held, "engine.running": int64(e.Running),
		"store.backlog": a.store.Backlog(),
	})
	return all
}
