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
		Retain: orForEver(a.config.Retain), RetainBytes: orForEver(a.config.RetainBytes), RetainRefused: orForEver(a.config.RetainRefused),
		Rules: a.retainRules,
	})
}

// orForEver turns the zero of a setting, which is no limit, into that of the janitor.
func orForEver[T int64 | time.Duration](n T) T {
	if n == 0 {
		return -1
	}
	return n
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
