package app

import (
	"time"

	"hookline.dev/hookline/internal/bulk"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/janitor"
)

// keepBulks is how long bulk actions that have ended are listed.
const keepBulks = 30 * 24 * time.Hour

// newJanitor makes the janitor, which deletes old deliveries and their executions.
func (a *App) newJanitor() *janitor.Janitor {
	return janitor.New(janitor.Options{
		Store: a.store, Clock: clock.System(), Log: a.log,
		Retain: orUnlimited(a.config.Retain), RetainBytes: orUnlimited(a.config.RetainBytes), RetainRefused: orUnlimited(a.config.RetainRefused),
		Rules: a.retainRules,
		Bulks: a.store, KeepPlans: bulk.PlanLife, KeepBulks: keepBulks,
		Audit: a.store, RetainAudit: orUnlimited(a.config.RetainAudit), NoteHead: a.auditor.noteHead,
	})
}

// orUnlimited maps a setting of zero, which means no limit, to the janitor's -1.
func orUnlimited[T int64 | time.Duration](n T) T {
	if n == 0 {
		return -1
	}
	return n
}

// retainRules returns the workflows with their own options.retain.
func (a *App) retainRules() map[string]time.Duration {
	rules := make(map[string]time.Duration)
	for _, e := range a.catalog.Entries() {
		if e.Compiled != nil && e.Compiled.Workflow.Options.Retain > 0 {
			rules[e.Key] = e.Compiled.Workflow.Options.Retain
		}
	}
	return rules
}
