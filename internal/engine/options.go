package engine

import (
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fairshare"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// The defaults of Options.
const (
	DefaultBacklog       = 100_000
	DefaultSlots         = 512
	DefaultHandOff       = 4096
	DefaultHandOffBytes  = 64 << 20
	DefaultParked        = 1 << 17
	DefaultWaiters       = 4096
	DefaultParallelTasks = 4096
	DefaultStepResult    = 1 << 20
	DefaultJournalSteps  = 100_000

	DefaultTemplateOutput = expr.MaxOutput
	DefaultJournalBytes   = 64 << 20
)

// Options are the bounds of the engine. Zero values mean the defaults.
type Options struct {
	// Lease is the right to own executions, as Begin of the table gave it. The engine renews and releases it.
	Lease store.Lease
	// IDs makes the ids of executions that others start. nil: a source of its own, with the lease's node.
	IDs *ident.Source

	// Share is the part of Slots, HandOff and Backlog that the executions of one workflow get while no other asks, above
	// 0 and at most 1; see package fairshare.
	Share float64
	// Backlog bounds the executions that are queued or running. Submit refuses those of a workflow that has its share.
	Backlog int64

	Slots   int // executions that run at once
	HandOff int // executions in memory, those that callers wait for not counted
	// HandOffBytes bounds the bodies of the executions in memory, running ones included. What does not fit
	// is left in the table, and read from it when its turn comes.
	HandOffBytes int64

	Parked        int // executions that wait for a place in their group and of which only the id is in memory
	Waiters       int // callers who wait for executions that they did not start
	ParallelTasks int // attempts that run at once beside the owners of their executions (loops, parallel branches)
	StepResult    int // bytes of one step's result

	TemplateOutput int // bytes that the templates of one step render
	Journal        advance.Limits

	Tracer run.Tracer // nil: nothing is traced
}

// withDefaults fills what is not set.
func (o Options) withDefaults() Options {
	set(&o.Share, fairshare.DefaultShare)
	set(&o.Backlog, DefaultBacklog)
	set(&o.Slots, DefaultSlots)
	set(&o.HandOff, DefaultHandOff)
	set(&o.HandOffBytes, DefaultHandOffBytes)
	set(&o.Parked, DefaultParked)
	set(&o.Waiters, DefaultWaiters)
	set(&o.ParallelTasks, DefaultParallelTasks)
	set(&o.StepResult, DefaultStepResult)
	set(&o.TemplateOutput, DefaultTemplateOutput)
	set(&o.Journal.Steps, DefaultJournalSteps)
	set(&o.Journal.Bytes, DefaultJournalBytes)
	return o
}

// set sets a bound that is not set.
func set[T int | int64 | float64](bound *T, standard T) {
	if *bound <= 0 {
		*bound = standard
	}
}
