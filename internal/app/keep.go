package app

import (
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/janitor"
)

// newJanitor makes what forgets old deliveries and what they started.
func (a *App) newJanitor() *janitor.Janitor {
	return janitor.New(janitor.Options{
		Store: a.store, Clock: clock.System(), Log: a.log,
		Retain: a.config.Retain, RetainBytes: a.config.RetainBytes, RetainRefused: a.config.RetainRefused,
		Rules: a.retainRules,
	})
}

// retainRules are the workflows that say themselves how long they are kept.
func (a *App) retainRules() map[string]time.Duration {
	rules := make(map[string]time.Duration)
	for _, e := range a.catalog.Entries() {
		if e.Compiled != nil && e.Compiled.Workflow.Options.Retain > 0 {
			rules[e.Key] = e.Compiled.Workflow.Options.Retain
		}
	}
	return rules
}
